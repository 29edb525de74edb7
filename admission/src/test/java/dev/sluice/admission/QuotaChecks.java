package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.Limits;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Checks who is refused for want of room, from the runs that are kept and the effects alone. */
final class QuotaChecks {
  /** What is kept before a submission is read. */
  private record Before(Limits limits, long queued, long live, int all, long tenants) {
    private static Before of(Collection<Run> runs, Limits limits, String tenant) {
      var others =
          runs.stream().map(run -> run.key().tenant()).filter(name -> !name.equals(tenant));
      return new Before(
          limits,
          runs.stream().filter(run -> run.key().tenant().equals(tenant) && run.isQueued()).count(),
          runs.stream().filter(run -> run.key().tenant().equals(tenant)).count(),
          runs.size(),
          1 + others.distinct().count());
    }

    private boolean isAtItsOwnBound() {
      return queued >= limits.maxQueued() || live >= limits.maxLive();
    }

    private boolean isBelowItsShare(int bound) {
      return live < bound / tenants;
    }
  }

  /** Ids that are not free any more. */
  private final Set<RunKey> taken = new HashSet<>();

  private final int bound;
  private int refused;

  /** Whom the partition's bound has refused. */
  private int crowdedOut;

  QuotaChecks(int bound) {
    this.bound = bound;
  }

  /** Takes down what is kept; what comes back checks the decision. */
  Consumer<List<GateEffect>> before(
      GateEvent event, Collection<Run> runs, Function<String, Limits> limits) {
    if (!(event instanceof GateEvent.Submitted submitted)) {
      return effects ->
          assertThat(effects).as("refused for want of room: %s", event).noneMatch(this::isForNow);
    }
    var tenant = submitted.run().tenant();
    var before = Before.of(runs, limits.apply(tenant), tenant);
    return effects -> check(submitted.run(), before, effects);
  }

  private boolean isForNow(GateEffect effect) {
    return effect instanceof GateEffect.Complete complete && complete.isRetryable();
  }

  private void check(RunKey run, Before before, List<GateEffect> effects) {
    if (has(effects, GateEffect.DecisionKind.DUPLICATE)) {
      assertThat(taken).as("what was refused for now may come again").contains(run);
    } else if (effects.stream().anyMatch(GateEffect.DeadLetterState.class::isInstance)) {
      noteAfterDamage(run, effects); // runs may have ended before this one was looked at
    } else if (has(effects, GateEffect.DecisionKind.ACCEPT)) {
      checkAccepted(run, before);
    } else if (effects.stream().anyMatch(this::isForNow)) {
      checkRefused(run, before);
    } else {
      taken.add(run);
    }
  }

  private void noteAfterDamage(RunKey run, List<GateEffect> effects) {
    if (effects.stream().noneMatch(this::isForNow)) {
      taken.add(run);
    }
  }

  private void checkAccepted(RunKey run, Before before) {
    taken.add(run);
    assertThat(before.isAtItsOwnBound()).as("%s is above its tenant's bounds", run).isFalse();
    assertThat(before.all() < bound || before.isBelowItsShare(bound))
        .as("%s is accepted beyond its share of a full partition: %s", run, before)
        .isTrue();
    assertThat(before.all()).as("the most that a partition takes").isLessThan(2 * bound);
  }

  private void checkRefused(RunKey run, Before before) {
    refused++;
    assertThat(taken).as("a known id is a duplicate").doesNotContain(run);
    if (!before.isAtItsOwnBound()) {
      crowdedOut++;
      assertThat(before.all())
          .as("%s is refused though there is room", run)
          .isGreaterThanOrEqualTo(bound);
      assertThat(before.isBelowItsShare(bound) && before.all() < 2 * bound)
          .as("%s is refused below its share: %s", run, before)
          .isFalse();
    }
  }

  private static boolean has(List<GateEffect> effects, GateEffect.DecisionKind kind) {
    return effects.stream()
        .anyMatch(effect -> effect instanceof GateEffect.Decide one && one.kind() == kind);
  }

  int refused() {
    return refused;
  }

  int crowdedOut() {
    return crowdedOut;
  }
}
