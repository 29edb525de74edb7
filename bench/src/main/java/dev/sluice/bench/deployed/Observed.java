package dev.sluice.bench.deployed;

import dev.sluice.bench.deployed.BrokerCounters.Counts;
import dev.sluice.bench.deployed.Plan.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The measurements of a subject in the phases of a plan.
 *
 * @param idleCores by process, before the first run
 * @param idleOthers cores that others used meanwhile
 * @param idleMb memory by process, before the first run
 * @param phases as in the plan
 * @param warmMb memory by process behind the last phase
 * @param broker what the broker counted in the warm phase, which had {@code counted} runs
 */
record Observed(
    Map<String, Double> idleCores,
    double idleOthers,
    Map<String, Double> idleMb,
    List<Paced> phases,
    Map<String, Double> warmMb,
    Counts broker,
    int counted) {

  static Observed of(Subject subject, Plan plan) throws Exception {
    var processes = subject.processes();
    Thread.sleep(plan.settleMs());
    var before = Usage.of(processes);
    Thread.sleep(plan.settleMs());
    var idle = Usage.of(processes);
    var idleCores = new LinkedHashMap<>(idle.since(before));
    idleCores.replaceAll((name, ms) -> ms / 1e3 / idle.secondsSince(before));
    var idleMb = Memory.of(processes);
    var phases = new ArrayList<Paced>();
    var broker = new Counts(0, 0, 0);
    int counted = 0;
    var warmMb = idleMb;
    for (var phase : plan.phases()) {
      if (phase.name().equals(Phases.WARM)) {
        warmMb = Memory.of(processes); // before the broker is asked, which costs it memory
        try (var counters = new BrokerCounters(subject.brokerPid())) {
          var earlier = counters.read();
          phases.add(paced(subject, phase));
          broker = counters.read().since(earlier);
          counted = phase.count();
        }
      } else {
        phases.add(paced(subject, phase));
      }
    }
    return new Observed(
        idleCores, idle.othersSince(before), idleMb, phases, warmMb, broker, counted);
  }

  private static Paced paced(Subject subject, Phase phase) throws Exception {
    return subject.paced(phase.count(), phase.perSecond());
  }
}
