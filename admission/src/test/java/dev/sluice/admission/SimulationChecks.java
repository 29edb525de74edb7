package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.journal.Position;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.Limits;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.TenantSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks the invariants from events and effects alone, after every record. */
final class SimulationChecks {
  private record EpochOf(RunKey run, int epoch) {}

  private static final int FREE_CAP = Limits.of(TenantSettings.DEFAULT, SimulatedWorld.GATE).cap();

  private final Map<String, Integer> caps = new HashMap<>();
  private int freeCap = FREE_CAP;
  private final Map<String, Set<RunKey>> leases = new HashMap<>();
  private final Map<EpochOf, Incarnation> holders = new HashMap<>();
  private final Map<RunKey, TreeMap<Integer, Long>> counted = new HashMap<>();
  private final Map<RunKey, Integer> fences = new HashMap<>();
  private final Map<RunKey, Integer> steps = new HashMap<>();
  private final Map<RunKey, Long> charged = new HashMap<>();
  private final Map<RunKey, List<GateEffect.Complete>> completions = new HashMap<>();
  private final Map<RunKey, Integer> redrives = new HashMap<>();
  final BrakeChecks brakes = new BrakeChecks();
  final DeployChecks deploys = new DeployChecks();
  private final TreeChecks trees = new TreeChecks();
  final CombinedChecks combined = new CombinedChecks();
  final TreeCallChecks treeCalls = new TreeCallChecks(this::fateOf);
  final Set<RunKey> accepted = new TreeSet<>();
  final Set<RunKey> refused = new HashSet<>();
  private final Set<RunKey> forNow = new HashSet<>();

  /** Commands that wait for their runs, by tenant and id. */
  final Map<String, RunKey> kept = new HashMap<>();

  private final Map<RunKey, String> pools = new HashMap<>();
  private final Set<String> damaged = new HashSet<>();

  void check(GateEvent event, Cause cause, List<GateEffect> effects) {
    noteEvent(event, effects);
    deploys.heard(event, cause, effects);
    combined.read(event, cause, effects);
    brakes.check(event, cause, isTaken(effects), effects);
    boolean isVoid = effects.stream().anyMatch(SimulationChecks::isVoiding);
    effects.forEach(this::noteHolder);
    if (event instanceof GateEvent.Journaled journaled) {
      checkJournal(journaled, cause, isVoid);
    }
    if (damaged.isEmpty()) {
      treeCalls.check(event, !isVoid, effects);
    }
    effects.forEach(this::note);
  }

  /** What is known of a run before a record is decided on. */
  private TreeCallChecks.Fate fateOf(RunKey run) {
    if (!accepted.contains(run)) {
      return TreeCallChecks.Fate.UNKNOWN;
    }
    return ends(run).size() > redrives.getOrDefault(run, 0)
        ? TreeCallChecks.Fate.ENDED
        : TreeCallChecks.Fate.LIVES;
  }

  private void noteEvent(GateEvent event, List<GateEffect> effects) {
    switch (event) {
      case GateEvent.TenantSet set when isTaken(effects) -> limit(set.tenant(), set.settings());
      case GateEvent.TenantRestored set when isTaken(effects) ->
          limit(set.tenant(), set.settings());
      case GateEvent.TenantResubmitted set when isTaken(effects) ->
          limit(set.tenant(), set.settings());
      case GateEvent.SettingSet set when isFree(set.key()) && isTaken(effects) -> {
        var plan = set.setting() == null ? null : set.setting().plan();
        freeCap = plan == null ? FREE_CAP : plan.maxInFlight();
      }
      case GateEvent.FenceRead fence -> fences.merge(fence.run(), fence.epoch(), Math::max);
      default -> {}
    }
  }

  private void limit(String tenant, @Nullable TenantSettings settings) {
    if (settings == null) {
      caps.remove(tenant);
    } else {
      int cap = Limits.of(settings, SimulatedWorld.GATE).cap();
      caps.put(tenant, settings.paused() ? 0 : cap);
    }
  }

  private static boolean isFree(SettingKey key) {
    return key.equals(SettingKey.plan("free"));
  }

  /** The gate cannot read a setting that it had. */
  void lost(SettingKey key) {
    if (isFree(key)) {
      freeCap = FREE_CAP;
    }
  }

  /** A record that the gate fails on changes no limits. */
  static boolean isTaken(List<GateEffect> effects) {
    return effects.stream()
        .anyMatch(
            effect ->
                effect instanceof GateEffect.Decide decide
                    && decide.kind() == GateEffect.DecisionKind.TENANT);
  }

  private void note(GateEffect effect) {
    switch (effect) {
      case GateEffect.Dispatch dispatch -> checkDispatch(dispatch);
      case GateEffect.Complete complete when complete.isRetryable() -> forNow.add(complete.run());
      case GateEffect.Complete complete -> {
        assertThat(ends(complete.run()).size())
            .as("I2: one completion of %s for each redrive and the first", complete.run())
            .isEqualTo(complete.redrive())
            .isEqualTo(redrives.getOrDefault(complete.run(), 0));
        ends(complete.run()).add(complete);
        combined.ended(complete);
        trees.ended(complete);
        deploys.ended(complete, pools.getOrDefault(complete.run(), ""));
        trees.checkMeters(complete);
        lease(complete.run().tenant()).remove(complete.run());
      }
      case GateEffect.Forget forget ->
          assertThat(counted(forget.run()).remove(forget.seq()))
              .as("what is forgotten was there: %s", forget)
              .isNotNull();
      case GateEffect.Decide decide -> noteDecision(decide);
      default -> {}
    }
  }

  /** A journal record may itself name the holder that it is checked against. */
  private void noteHolder(GateEffect effect) {
    if (effect instanceof GateEffect.Decide decide
        && decide.kind() == GateEffect.DecisionKind.CLAIM
        && decide.runId() != null) {
      var run = new RunKey(decide.tenant(), decide.runId());
      holders.putIfAbsent(new EpochOf(run, decide.epoch()), worker(decide));
    }
  }

  private void noteDecision(GateEffect.Decide decide) {
    if (decide.runId() == null) {
      return;
    }
    var run = new RunKey(decide.tenant(), decide.runId());
    noteAnswer(decide, run);
    switch (decide.kind()) {
      case ACCEPT -> {
        assertThat(accepted.add(run)).as("%s is accepted once", run).isTrue();
        trees.accepted(run, Objects.requireNonNull(decide.summary()));
        combined.accepted(run);
      }
      case REDRIVE -> redrives.merge(run, 1, Integer::sum);
      case REJECT -> {
        if (!forNow.remove(run)) {
          refused.add(run);
        }
      }
      case RETURN, RELEASE, WAIT, QUEUE, COMPLETE -> lease(run.tenant()).remove(run);
      default -> {}
    }
  }

  private void noteAnswer(GateEffect.Decide decide, RunKey run) {
    if (decide.commandId() == null) {
      return;
    }
    var command = decide.tenant() + "/" + decide.commandId();
    if (decide.reason().startsWith("kept until")) {
      assertThat(kept.put(command, run)).as("%s is kept once", command).isNull();
    } else {
      kept.remove(command);
    }
  }

  /** Whether the worker's claim of the epoch was the first: a broken one may claim it, too. */
  boolean isHolder(Incarnation worker, RunKey run, int epoch) {
    return worker.equals(holders.get(new EpochOf(run, epoch)));
  }

  private static Incarnation worker(GateEffect.Decide decide) {
    return Objects.requireNonNull(decide.worker(), "a claim names its worker");
  }

  private void checkDispatch(GateEffect.Dispatch dispatch) {
    var run = dispatch.run().key();
    assertThat(lease(run.tenant()).add(run)).as("one lease of %s", run).isTrue();
    assertThat(lease(run.tenant()).size())
        .as("I1: leases of %s against its cap", run.tenant())
        .isLessThanOrEqualTo(caps.getOrDefault(run.tenant(), freeCap));
    assertThat(ends(run).size())
        .as("an ended run is not dispatched: %s", run)
        .isEqualTo(redrives.getOrDefault(run, 0));
    assertThat(dispatch.journal().positions().stream().map(Position::offset).toList())
        .as("I3: %s goes on behind everything that counts", run)
        .containsExactlyElementsOf(counted(run).tailMap(dispatch.journal().first(), true).values());
    trees.dispatched(dispatch);
    deploys.dispatched(dispatch);
    pools.put(run, dispatch.run().spec().pool());
    if (damaged.isEmpty()) {
      combined.dispatched(dispatch);
    }
    assertThat(dispatch.run().epoch())
        .as("epochs of %s grow past its fence", run)
        .isGreaterThanOrEqualTo(fences.getOrDefault(run, 0));
  }

  /** A record counts if its epoch's holder wrote it, before the epoch's fence and the run's end. */
  private void checkJournal(GateEvent.Journaled event, Cause cause, boolean isVoid) {
    var holder = holders.get(new EpochOf(event.run(), event.epoch()));
    if (!event.worker().equals(holder) || event.epoch() < fences.getOrDefault(event.run(), 0)) {
      assertThat(isVoid).as("I4: %s is void", event).isTrue();
    } else if (!isVoid) {
      count(event, cause);
    }
  }

  private void count(GateEvent.Journaled event, Cause cause) {
    long amount = trees.counted(event.run(), event.entry().charged());
    charged.merge(event.run(), amount, Long::sum);
    trees.charged(event.run(), amount);
    if (event.entry() instanceof JournalEntry.Step) {
      steps.merge(event.run(), 1, Integer::sum);
    }
    combined.counted(event, cause);
    if (event.entry().isPosition()) {
      var former = counted(event.run()).putIfAbsent(event.seq(), cause.offset());
      assertThat(former).as("I3: position %s counts once", event).isNull();
      deploys.wrote(event);
    }
  }

  private NavigableMap<Integer, Long> counted(RunKey run) {
    return counted.computeIfAbsent(run, key -> new TreeMap<>());
  }

  private List<GateEffect.Complete> ends(RunKey run) {
    return completions.computeIfAbsent(run, key -> new ArrayList<>());
  }

  private static boolean isVoiding(GateEffect effect) {
    return effect instanceof GateEffect.Decide decide
        && decide.kind() == GateEffect.DecisionKind.REFUSE
        && decide.reason().startsWith("void journal record");
  }

  private Set<RunKey> lease(String tenant) {
    return leases.computeIfAbsent(tenant, name -> new HashSet<>());
  }

  /** What a run of which an entry was lost had done cannot be told in full, nor of its tree. */
  void damaged(Damage damage) {
    trees.damaged(damage);
    if (damage.run() != null) {
      damaged(damage.run());
    }
  }

  private void damaged(RunKey run) {
    damaged.add(run.id().split("~", 2)[0]);
    kept.values().removeIf(run::equals); // nobody knows any more what was asked of it
  }

  private boolean isDamaged(RunKey run) {
    return damaged.contains(run.id().split("~", 2)[0]);
  }

  boolean isOver() {
    return accepted.stream().allMatch(run -> ends(run).size() == redrives.getOrDefault(run, 0) + 1);
  }

  void checkEnd() {
    completions.values().removeIf(List::isEmpty);
    assertThat(completions.keySet())
        .as("I2: every accepted or refused run ends, and no other")
        .containsExactlyInAnyOrderElementsOf(union(accepted, refused));
    completions.forEach(
        (run, ends) -> {
          if (isDamaged(run)) {
            return;
          }
          var last = ends.get(ends.size() - 1);
          assertThat(last.steps()).as("steps of %s", run).isEqualTo(steps.getOrDefault(run, 0));
          assertThat(last.charged().getOrDefault(SimulatedExecution.METER, 0L))
              .as("charges of %s", run)
              .isEqualTo(charged.getOrDefault(run, 0L));
        });
  }

  /** What was asked of a run that came is done, or refused, with its submission. */
  void checkEarlyCommands() {
    assertThat(kept.values())
        .as("runs that came and have commands without an answer")
        .doesNotContainAnyElementsOf(union(accepted, refused));
  }

  private static Set<RunKey> union(Set<RunKey> one, Set<RunKey> other) {
    var all = new HashSet<>(one);
    all.addAll(other);
    return all;
  }
}
