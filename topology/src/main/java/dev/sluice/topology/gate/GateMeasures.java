package dev.sluice.topology.gate;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.tenant.TenantDepths;
import dev.sluice.admission.tenant.TenantLoad;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Metrics of the gate, including those per tenant. */
final class GateMeasures {
  /** Label of the tenants without series of their own; no tenant can have this name. */
  private static final String OTHERS = "~others";

  private record Sample(TenantDepths depths, int liveRuns, int brakedRuns, long nowMs) {}

  private record Row(String tenant, TenantLoad load, long nowMs) {
    private long runs() {
      return (long) load.inFlight() + load.queued();
    }
  }

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final int most;
  private final Map<Integer, Sample> samples = new ConcurrentHashMap<>();
  private final Counter read =
      Counter.builder("sluice.gate.records").description("records read").register(registry);
  private final Map<Outcome, Counter> completions = new EnumMap<>(Outcome.class);
  private final Counter deadRuns = deadLetters("DEAD_RUN");
  private final Counter unreadable = deadLetters("UNREADABLE");
  private final Counter alarms =
      Counter.builder("sluice.gate.alarms")
          .description("ALARM decisions written")
          .register(registry);

  /**
   * Measures nothing yet.
   *
   * @param most how many tenants have series of their own: those with the most runs
   */
  GateMeasures(int most) {
    this.most = most;
    for (var outcome : Outcome.values()) { // those that never come too: they stand at 0
      var counter =
          Counter.builder("sluice.gate.completions")
              .description("completions written")
              .tag("status", outcome.name())
              .register(registry);
      completions.put(outcome, counter);
    }
    Gauge.builder("sluice.gate.runs.live", this, GateMeasures::liveRuns)
        .description("runs that have not ended, of all tenants")
        .register(registry);
    Gauge.builder("sluice.gate.runs.braked", this, GateMeasures::brakedRuns)
        .description("queued runs of pools and agents whose starts are held back")
        .register(registry);
  }

  private double liveRuns() {
    return samples.values().stream().mapToInt(Sample::liveRuns).sum();
  }

  private double brakedRuns() {
    return samples.values().stream().mapToInt(Sample::brakedRuns).sum();
  }

  void countRead() {
    read.increment();
  }

  private Counter deadLetters(String kind) {
    return Counter.builder("sluice.gate.dead.letters")
        .description("dead letters written")
        .tag("kind", kind)
        .register(registry);
  }

  /** Counts what is sent; should its transaction be aborted, it is sent and counted again. */
  void count(GateEffect effect) {
    if (effect instanceof GateEffect.Complete complete) {
      Objects.requireNonNull(completions.get(complete.outcome())).increment();
    } else if (effect instanceof GateEffect.DeadLetterRun) {
      deadRuns.increment();
    } else if (effect instanceof GateEffect.DeadLetterRecord
        || effect instanceof GateEffect.DeadLetterState) {
      unreadable.increment();
    } else if (effect instanceof GateEffect.Decide decide
        && decide.kind() == GateEffect.DecisionKind.ALARM) {
      alarms.increment();
    }
  }

  void publish(int partition, TenantDepths depths, int liveRuns, int brakedRuns, long nowMs) {
    samples.put(partition, new Sample(depths, liveRuns, brakedRuns, nowMs));
  }

  void forget(int partition) {
    samples.remove(partition);
  }

  String scrape() {
    var rows = rows();
    register("sluice.tenant.cap", "most leases at once", rows, row -> row.load().cap());
    register("sluice.tenant.in.flight", "live leases", rows, row -> row.load().inFlight());
    register("sluice.tenant.held", "queued over the cap", rows, row -> row.load().held());
    register(
        "sluice.tenant.ready",
        "queued and waiting for a worker only",
        rows,
        row -> row.load().ready());
    register(
        "sluice.tenant.in.flight.oldest.seconds",
        "age of the oldest lease",
        rows,
        row -> age(row, row.load().oldestInFlightMs()));
    register(
        "sluice.tenant.held.oldest.seconds",
        "how long the oldest held run waits",
        rows,
        row -> age(row, row.load().oldestHeldMs()));
    register(
        "sluice.tenant.ready.oldest.seconds",
        "how long the oldest ready run waits",
        rows,
        row -> age(row, row.load().oldestReadyMs()));
    return registry.scrape();
  }

  /** The tenants with the most runs of all partitions, and one row for each partition's others. */
  private List<Row> rows() {
    var rows = new ArrayList<Row>();
    var others = new ArrayList<Row>();
    for (var sample : samples.values()) {
      for (var depth : sample.depths().largest()) {
        rows.add(new Row(depth.tenant(), depth.load(), sample.nowMs()));
      }
      if (sample.depths().others() > 0) {
        others.add(new Row(OTHERS, sample.depths().rest(), sample.nowMs()));
      }
    }
    rows.sort(Comparator.comparingLong(Row::runs).reversed().thenComparing(Row::tenant));
    if (rows.size() > most) {
      others.addAll(rows.subList(most, rows.size()));
      rows.subList(most, rows.size()).clear();
    }
    others.stream().reduce(GateMeasures::together).ifPresent(rows::add);
    return rows;
  }

  private static Row together(Row one, Row other) {
    return new Row(OTHERS, one.load().plus(other.load()), Math.max(one.nowMs(), other.nowMs()));
  }

  private static double age(Row row, @Nullable Long sinceMs) {
    return sinceMs == null ? 0 : Math.max(0, row.nowMs() - sinceMs) / 1_000.0;
  }

  private final Map<String, MultiGauge> gauges = new ConcurrentHashMap<>();

  private void register(
      String name, String description, List<Row> rows, ToDoubleFunction<Row> value) {
    var gauge =
        gauges.computeIfAbsent(
            name, key -> MultiGauge.builder(key).description(description).register(registry));
    gauge.register(
        rows.stream()
            .map(row -> MultiGauge.Row.of(Tags.of("tenant", row.tenant()), row, value))
            .toList(),
        true);
  }
}
