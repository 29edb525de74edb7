package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Checks the invariants of DESIGN §7 from events and effects alone, after every record. */
final class SimulationChecks {
  private record EpochOf(RunKey run, int epoch) {}

  private final Map<String, Integer> caps = new HashMap<>();
  private final Map<String, Set<RunKey>> leases = new HashMap<>();
  private final Map<EpochOf, Incarnation> holders = new HashMap<>();
  private final Map<RunKey, TreeMap<Integer, Long>> counted = new HashMap<>();
  private final Map<RunKey, Integer> fences = new HashMap<>();
  private final Map<RunKey, GateEffect.Complete> completions = new HashMap<>();
  final Set<RunKey> accepted = new TreeSet<>();
  final Set<RunKey> refused = new HashSet<>();

  void check(GateEvent event, Cause cause, List<GateEffect> effects) {
    noteEvent(event);
    boolean isVoid = effects.stream().anyMatch(SimulationChecks::isVoiding);
    effects.forEach(this::note);
    if (event instanceof GateEvent.Journaled journaled) {
      checkJournal(journaled, cause, isVoid);
    }
  }

  private void noteEvent(GateEvent event) {
    switch (event) {
      case GateEvent.TenantSet set when set.settings() != null ->
          caps.put(
              set.tenant(),
              set.settings().paused() ? 0 : Limits.of(set.settings(), SimulatedWorld.GATE).cap());
      case GateEvent.FenceRead fence -> fences.merge(fence.run(), fence.epoch(), Math::max);
      default -> {}
    }
  }

  private void note(GateEffect effect) {
    switch (effect) {
      case GateEffect.Dispatch dispatch -> checkDispatch(dispatch);
      case GateEffect.Complete complete -> {
        assertThat(completions.put(complete.run(), complete))
            .as("I2: one completion of %s", complete.run())
            .isNull();
        lease(complete.run().tenant()).remove(complete.run());
      }
      case GateEffect.Decide decide -> noteDecision(decide);
      default -> {}
    }
  }

  private void noteDecision(GateEffect.Decide decide) {
    if (decide.runId() == null) {
      return;
    }
    var run = new RunKey(decide.tenant(), decide.runId());
    switch (decide.kind()) {
      case ACCEPT -> accepted.add(run);
      case REJECT -> refused.add(run);
      case CLAIM -> holders.putIfAbsent(new EpochOf(run, decide.epoch()), worker(decide));
      case RETURN, RELEASE, WAIT, QUEUE, COMPLETE -> lease(run.tenant()).remove(run);
      default -> {}
    }
  }

  private static Incarnation worker(GateEffect.Decide decide) {
    return Objects.requireNonNull(decide.worker(), "a claim names its worker");
  }

  private void checkDispatch(GateEffect.Dispatch dispatch) {
    var run = dispatch.run().key();
    assertThat(lease(run.tenant()).add(run)).as("one lease of %s", run).isTrue();
    assertThat(lease(run.tenant()).size())
        .as("I1: leases of %s against its cap", run.tenant())
        .isLessThanOrEqualTo(caps.getOrDefault(run.tenant(), 2));
    assertThat(completions).as("an ended run is not dispatched").doesNotContainKey(run);
    assertThat(dispatch.steps())
        .as("I3: %s goes on behind every step that counts", run)
        .containsExactlyElementsOf(counted.getOrDefault(run, new TreeMap<>()).values());
    assertThat(dispatch.run().epoch())
        .as("epochs of %s grow past its fence", run)
        .isGreaterThanOrEqualTo(fences.getOrDefault(run, 0));
  }

  /** A record counts if its epoch's holder wrote it, before the epoch's fence and the run's end. */
  private void checkJournal(GateEvent.Journaled event, Cause cause, boolean isVoid) {
    var holder = holders.get(new EpochOf(event.run(), event.epoch()));
    if (!event.worker().equals(holder) || event.epoch() < fences.getOrDefault(event.run(), 0)) {
      assertThat(isVoid).as("I4: %s is void", event).isTrue();
    } else if (!isVoid && event.entry() instanceof JournalEntry.Step) {
      var former =
          counted
              .computeIfAbsent(event.run(), run -> new TreeMap<>())
              .putIfAbsent(event.seq(), cause.offset());
      assertThat(former).as("I3: step %s counts once", event).isNull();
    }
  }

  private static boolean isVoiding(GateEffect effect) {
    return effect instanceof GateEffect.Decide decide
        && decide.kind() == GateEffect.DecisionKind.REFUSE
        && decide.reason().startsWith("void journal record");
  }

  private Set<RunKey> lease(String tenant) {
    return leases.computeIfAbsent(tenant, name -> new HashSet<>());
  }

  boolean isOver() {
    return completions.keySet().containsAll(accepted);
  }

  void checkEnd() {
    assertThat(completions.keySet())
        .as("I2: every accepted or refused run ends once, and no other")
        .containsExactlyInAnyOrderElementsOf(union(accepted, refused));
    completions.forEach(
        (run, complete) -> {
          var steps = counted.getOrDefault(run, new TreeMap<>());
          assertThat(complete.steps()).as("steps of %s", run).isEqualTo(steps.size());
          assertThat(complete.charged().getOrDefault("calls", 0L))
              .as("charges of %s", run)
              .isEqualTo(steps.size());
        });
  }

  private static Set<RunKey> union(Set<RunKey> one, Set<RunKey> other) {
    var all = new HashSet<>(one);
    all.addAll(other);
    return all;
  }
}
