package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Stage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Checks that between the ends of two rounds every run is told of that lives all the while. */
final class LiveChecks {
  private final Set<RunKey> untold = new TreeSet<>();
  private int rounds;

  /**
   * Looks at what one record led to.
   *
   * @param runs as they are behind it
   */
  void check(List<GateEffect> effects, Map<RunKey, Run> runs) {
    for (var effect : effects) {
      if (effect instanceof GateEffect.Decide decide
          && decide.kind() == GateEffect.DecisionKind.LIVE) {
        note(decide, runs);
      }
    }
  }

  private void note(GateEffect.Decide decide, Map<RunKey, Run> runs) {
    if (decide.runId() == null) {
      untold.retainAll(runs.keySet());
      assertThat(untold).as("lived through a round untold").isEmpty();
      untold.clear();
      untold.addAll(runs.keySet());
      rounds++;
      return;
    }
    var key = new RunKey(decide.tenant(), decide.runId());
    untold.remove(key);
    var run = Objects.requireNonNull(runs.get(key), () -> key + " is told of and does not live");
    var told = Objects.requireNonNull(decide.summary());
    assertThat(told.spec()).as("what is told of %s", key).isEqualTo(run.spec());
    var standing = Objects.requireNonNull(told.standing());
    assertThat(standing.redrive()).isEqualTo(run.tries().redrive());
    if (standing.phase() != Stage.QUEUED) { // what is queued may be dispatched on the same record
      assertThat(standing.phase()).as("where %s stands", key).isEqualTo(Stage.of(run.phase()));
      assertThat(decide.epoch()).isEqualTo(run.epoch());
    }
  }

  int rounds() {
    return rounds;
  }
}
