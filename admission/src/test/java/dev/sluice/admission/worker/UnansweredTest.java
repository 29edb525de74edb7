package dev.sluice.admission.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import org.junit.jupiter.api.Test;

final class UnansweredTest {
  private static final RunKey KEY = new RunKey("t", "r");
  private static final Origin ORIGIN = new Origin(0, 0, 0);

  @Test
  void whatLiesThereSinceAMomentDoesNotLieThereSinceBeforeIt() {
    var unanswered = new Unanswered();
    var dispatched = new Phase.Dispatched(0, 100, 0, 1);
    var run = Run.accepted(KEY, RunSpec.of("agent"), Kin.root("r", ORIGIN), ORIGIN, dispatched);
    unanswered.add(run, dispatched);

    assertThat(unanswered.before(100)).isEmpty();
    assertThat(unanswered.anyBefore("default", 0, 100)).isFalse();
    assertThat(unanswered.before(101)).containsExactly(KEY);
    assertThat(unanswered.anyBefore("default", 0, 101)).isTrue();
  }
}
