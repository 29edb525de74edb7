package dev.sluice.app.sizing;

import dev.sluice.app.sizing.Figure.Basis;
import dev.sluice.app.sizing.Figure.Unit;
import dev.sluice.contract.Bounds;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes figures for a load. Nothing is measured here: each constant names the page that has the
 * measurement, and docs/sizing.md says what has not been measured.
 */
final class Sizing {
  private static final String PERFORMANCE = "docs/performance.md";
  private static final String ROOM = "docs/decisions/0028";
  private static final String IDS = "docs/decisions/0023";
  private static final String COST = "docs/decisions/0051";

  private static final int PARTITIONS = 4;
  private static final int DISPATCH_PARTITIONS = 32;
  private static final long DAY_SECONDS = 86_400;
  private static final double MILLIS = 1_000;

  /** The default of max.live.runs. */
  static final long LIVE_PER_PARTITION = 100_000;

  /** 740 runs of three steps a second went through four partitions on two cores. */
  private static final double RATE_PER_PARTITION = 740.0 / PARTITIONS;

  /** The share of the heap that is for runs, the bytes of each, and the bound's double. */
  private static final double SHARE_FOR_RUNS = 0.8;

  private static final long CHECKED_BYTES_PER_RUN = 1_024;
  private static final int BEYOND_BOUND = 2;

  /** A queued run without labels, and its place in the round of live decisions (0043). */
  private static final double BYTES_PER_RUN = 630 + 80.0;

  private static final double BYTES_PER_ID = 42;
  private static final double IDS_PER_SECOND = 170_000;

  /** Of a run of one step with an empty payload, warm, at 50 runs a second. */
  private static final double BYTES_IN_PER_RUN = 10_518;

  private static final double BYTES_OUT_PER_RUN = 4_177;

  /** Of 10,405 bytes, all but the changelogs of gate and catalog (1,438, 222 and 3,200). */
  private static final double SHARE_KEPT = (10_405 - 1_438 - 222 - 3_200) / 10_405.0;

  private static final double CATALOG_BYTES_PER_RUN = 3_200;

  /** Not measured: a record's batch, key and fields, and the gate's index of it. */
  private static final double BYTES_PER_STEP = 500;

  /** Cores of all processes at so many runs a second, the broker's among them. */
  private static final double[][] CORES = {
    {0, 0.27}, {50, 50 * 18.6 / MILLIS}, {200, 200 * 7.8 / MILLIS}, {740, 740 * 2.40 / MILLIS}
  };

  private static final double CORES_PER_RUN = 2.40 / MILLIS;
  private static final int STEPS_MEASURED = 3;

  /** Not measured: that a step costs as much as a quarter of a run of three. */
  private static final double CORES_PER_STEP = CORES_PER_RUN / (STEPS_MEASURED + 1);

  private final Load load;
  private final List<Figure> figures = new ArrayList<>();

  private Sizing(Load load) {
    this.load = load;
  }

  static List<Figure> of(Load load) {
    var sizing = new Sizing(load);
    sizing.gate();
    sizing.workers();
    sizing.broker();
    sizing.machine();
    return List.copyOf(sizing.figures);
  }

  private void add(String name, long value, Unit unit, Basis basis, String source) {
    add(name, (double) value, unit, basis, source);
  }

  private void add(String name, double value, Unit unit, Basis basis, String source) {
    figures.add(new Figure(name, value, unit, basis, source));
  }

  private double ended(double days) {
    return load.runsPerSecond() * DAY_SECONDS * days;
  }

  // --- the gate

  private void gate() {
    long partitions = partitions(load);
    long bound = bound(load);
    add(
        "gate partitions",
        partitions,
        Unit.COUNT,
        Basis.ESTIMATED,
        "one for 100,000 live runs (%s) and for %.0f runs/s (a quarter of what four took, %s); at least 4"
            .formatted(ROOM, RATE_PER_PARTITION, PERFORMANCE));
    add(
        "max.live.runs",
        bound,
        Unit.COUNT,
        Basis.RULE,
        "twice the mean of a partition, as tenants are not spread evenly; at least 100,000 (%s)"
            .formatted(ROOM));
    add(
        "gate heap (-Xmx)",
        heap(load),
        Unit.BYTES,
        Basis.RULE,
        "what each gate asks for to keep all partitions: 2 × max.live.runs × partitions × 1 KiB / 0.8 (%s)"
            .formatted(ROOM));
    add(
        "of it, live runs",
        load.live() * BYTES_PER_RUN,
        Unit.BYTES,
        Basis.MEASURED,
        "710 bytes for a queued run without labels (%s, 0043)".formatted(ROOM));
    add(
        "gate disk",
        ended(1) * BYTES_PER_ID,
        Unit.BYTES,
        Basis.MEASURED,
        "42 bytes for each run that ended within the duplicate window of a day (%s)"
            .formatted(IDS));
    add(
        "gate restart, at least",
        ended(1) / IDS_PER_SECOND,
        Unit.SECONDS,
        Basis.ESTIMATED,
        "to read those ids back, at the 170,000 a second at which they were written (%s); live runs come on top"
            .formatted(IDS));
  }

  static long partitions(Load load) {
    long ofLive = Math.ceilDiv(load.live(), LIVE_PER_PARTITION);
    long ofRate = (long) Math.ceil(load.runsPerSecond() / RATE_PER_PARTITION);
    return Math.max(PARTITIONS, Math.max(ofLive, ofRate));
  }

  static long bound(Load load) {
    return Math.max(LIVE_PER_PARTITION, Math.ceilDiv(2 * load.live(), partitions(load)));
  }

  static long heap(Load load) {
    return (long)
        Math.ceil(
            BEYOND_BOUND * bound(load) * partitions(load) * CHECKED_BYTES_PER_RUN / SHARE_FOR_RUNS);
  }

  // --- workers

  private void workers() {
    long runners = Math.max(1, Math.ceilDiv(load.executing(), load.slots()));
    add(
        "runners",
        runners,
        Unit.COUNT,
        Basis.RULE,
        "a slot for each live run that does not wait, %d to a runner".formatted(load.slots()));
    add(
        "dispatch partitions",
        Math.min(Bounds.PARTITIONS, Math.max(DISPATCH_PARTITIONS, runners)),
        Unit.COUNT,
        Basis.RULE,
        "a runner needs one (docs/protocol.md); 32 by default, at most 1,000 of a pool"
            + " (docs/bounds.md): for more runners, several pools, or more --slots");
  }

  // --- the broker

  private void broker() {
    double payload = (double) load.payloadBytes();
    double moreSteps = Math.max(0, load.steps() - 1);
    double in = BYTES_IN_PER_RUN + moreSteps * BYTES_PER_STEP + (5 + load.steps()) * payload;
    double out =
        BYTES_OUT_PER_RUN + moreSteps * 2 * BYTES_PER_STEP + (7 + 2 * load.steps()) * payload;
    add(
        "into the brokers",
        load.runsPerSecond() * in,
        Unit.BYTES_PER_SECOND,
        Basis.ESTIMATED,
        ("10,518 bytes for a run of one step (%s), 500 for each further one (not measured), and the"
                + " payloads: input 3 times, output twice, each result once")
            .formatted(PERFORMANCE));
    add(
        "between the brokers",
        load.runsPerSecond() * in * (load.replicas() - 1),
        Unit.BYTES_PER_SECOND,
        Basis.RULE,
        "the same for each further replica");
    add(
        "out of the brokers",
        load.runsPerSecond() * out,
        Unit.BYTES_PER_SECOND,
        Basis.ESTIMATED,
        ("4,177 bytes for a run of one step with one catalog (%s), and the payloads: input 4 times,"
                + " output 3 times, each result twice")
            .formatted(PERFORMANCE));
    add(
        "broker disk, all replicas",
        load.replicas() * (week() + live()),
        Unit.BYTES,
        Basis.ESTIMATED,
        ("53 %% of the bytes of a run are not in changelogs (%s) and are kept for 7 days, output"
                + " for 30; and the journals of live runs")
            .formatted(COST));
  }

  /** What is kept of ended runs: by retention, and by the catalog's keep.ended.ms. */
  private double week() {
    double payload = (double) load.payloadBytes();
    double perRun =
        SHARE_KEPT * BYTES_IN_PER_RUN
            + Math.max(0, load.steps() - 1) * BYTES_PER_STEP
            + (3 + load.steps()) * payload;
    return ended(7) * perRun + ended(1) * payload + ended(30) * payload;
  }

  private double live() {
    return load.live()
        * (load.payloadBytes() + load.steps() * (BYTES_PER_STEP + load.payloadBytes()));
  }

  // --- the rest

  private void machine() {
    add(
        "catalog disk",
        ended(7) * CATALOG_BYTES_PER_RUN,
        Unit.BYTES,
        Basis.ESTIMATED,
        "3,200 bytes of changelog for each run (%s), kept for 7 days; its stores were not measured"
            .formatted(COST));
    add(
        "CPU, all processes",
        cores(load),
        Unit.CORES,
        Basis.ESTIMATED,
        ("between the measured 0.27 (idle), 0.93 (50 runs/s), 1.56 (200) and 1.78 (740, of 3 steps)"
                + " cores; beyond, 2.40 ms for each run, and 0.60 for each step above three (not"
                + " measured); %s; agents not counted")
            .formatted(PERFORMANCE));
  }

  static double cores(Load load) {
    double rate = load.runsPerSecond();
    double moreSteps = Math.max(0, load.steps() - STEPS_MEASURED);
    return between(rate) + rate * moreSteps * CORES_PER_STEP;
  }

  private static double between(double rate) {
    for (int i = 1; i < CORES.length; i++) {
      if (rate <= CORES[i][0]) {
        double share = (rate - CORES[i - 1][0]) / (CORES[i][0] - CORES[i - 1][0]);
        return CORES[i - 1][1] + share * (CORES[i][1] - CORES[i - 1][1]);
      }
    }
    return rate * CORES_PER_RUN;
  }
}
