package dev.sluice.bench.deployed;

import dev.sluice.bench.measure.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures runs of one step at a fixed rate, from the first one on, and the floor in the same
 * phases.
 */
final class Phases {
  static final String WARM = "warm, 50/s";

  /** What of the floor does what of ours: it has no catalog. */
  private static final Map<String, String> COUNTERPARTS =
      Map.of(
          Stack.BROKER, Stack.BROKER,
          Stack.GATE, FloorStack.STREAMS,
          Stack.GATEWAY, FloorStack.PRODUCER,
          Stack.RUNNER, FloorStack.CLAIMER);

  private final Plan plan;
  private final Observed ours;
  private final Observed floor;
  private final List<Figure> figures = new ArrayList<>();

  private Phases(Plan plan, Observed ours, Observed floor) {
    this.plan = plan;
    this.ours = ours;
    this.floor = floor;
  }

  static List<Figure> figures(Plan plan, Observed ours, Observed floor) {
    var phases = new Phases(plan, ours, floor);
    for (int i = 0; i < plan.phases().size(); i++) {
      phases.addPhase(plan.phases().get(i).name(), ours.phases().get(i), floor.phases().get(i));
    }
    phases.addIdle();
    phases.addBroker();
    return phases.figures;
  }

  private void addPhase(String phase, Paced our, Paced bare) {
    if (phase.isEmpty()) {
      return;
    }
    double others = Math.max(our.others(), bare.others());
    for (int percentile : List.of(50, 99)) {
      var accept = new Pair(our.accept().ms(percentile), bare.accept().ms(percentile));
      add("accept p" + percentile + ", " + phase, accept, "ms", others);
    }
    for (int percentile : List.of(50, 99)) {
      var start = new Pair(our.start().ms(percentile), bare.start().ms(percentile));
      add("start p" + percentile + ", " + phase, start, "ms", others);
    }
    var all = new Pair(our.cpuMsPerRunOfAll(), bare.cpuMsPerRunOfAll());
    add("CPU per run, " + phase, all, "ms", others);
    pairs(our.cpuMsPerRun(), bare.cpuMsPerRun())
        .forEach(
            (name, pair) -> add("CPU per run of the " + name + ", " + phase, pair, "ms", others));
  }

  private void addIdle() {
    double others = Math.max(ours.idleOthers(), floor.idleOthers());
    var all = new Pair(sum(ours.idleCores()), sum(floor.idleCores()));
    add("CPU of all, idle", all, "cores", others);
    pairs(ours.idleCores(), floor.idleCores())
        .forEach((name, pair) -> add("CPU of the " + name + ", idle", pair, "cores", others));
    addMemory("idle, before the first run", ours.idleMb(), floor.idleMb());
    addMemory(warm(), ours.warmMb(), floor.warmMb());
  }

  private void addMemory(String when, Map<String, Double> our, Map<String, Double> bare) {
    pairs(our, bare)
        .forEach(
            (name, pair) ->
                add("memory (PSS) of the " + name + ", " + when, pair, "MB", Double.NaN));
  }

  private String warm() {
    int runs = 0;
    for (var phase : plan.phases()) {
      if (phase.name().equals(WARM)) {
        break;
      }
      runs += phase.count();
    }
    return "after %,d runs".formatted(runs);
  }

  private void addBroker() {
    var our = ours.broker();
    var bare = floor.broker();
    addPerRun("bytes into the broker per run", our.bytesIn(), bare.bytesIn(), "bytes");
    addPerRun("bytes out of the broker per run", our.bytesOut(), bare.bytesOut(), "bytes");
    addPerRun("requests to the broker per run", our.requests(), bare.requests(), "");
  }

  private void addPerRun(String what, long our, long bare, String unit) {
    var pair = new Pair(our / (double) ours.counted(), bare / (double) floor.counted());
    add(what + ", " + WARM, pair, unit, Double.NaN);
  }

  /** Ours by process, each beside its counterpart. */
  private static Map<String, Pair> pairs(Map<String, Double> our, Map<String, Double> bare) {
    var pairs = new LinkedHashMap<String, Pair>();
    our.forEach(
        (process, value) -> {
          var counterpart = COUNTERPARTS.getOrDefault(process, "");
          pairs.put(process, new Pair(value, bare.getOrDefault(counterpart, Double.NaN)));
        });
    return pairs;
  }

  private static double sum(Map<String, Double> all) {
    return all.values().stream().mapToDouble(one -> one).sum();
  }

  /** A floor that is not above 0 is none. */
  private void add(String name, Pair pair, String unit, double others) {
    var figure = Figure.of(name, pair.ours(), unit);
    figures.add((pair.floor() > 0 ? figure.beside(pair.floor()) : figure).amid(others));
  }

  private record Pair(double ours, double floor) {}
}
