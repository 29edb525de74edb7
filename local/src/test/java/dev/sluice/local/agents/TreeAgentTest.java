package dev.sluice.local.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.NonRetryableException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TreeAgentTest {
  private final TreeAgent agent = new TreeAgent();

  @Test
  void countsItsLeaves() throws Exception {
    var run = new FakeRun().with(agent);

    var sum = run.execute(agent, new TreeAgent.Input(3, 2, 0, Map.of("calls", 1L)));

    assertThat(sum).isEqualTo(9);
    assertThat(run.children).hasSize(3).allSatisfy(it -> assertThat(it.children).hasSize(3));
    assertThat(run.charged).as("each run charges once").isEqualTo(Map.of("calls", 1L + 3 + 9));
  }

  @Test
  void countsOneAsALeaf() throws Exception {
    assertThat(new FakeRun().execute(agent, new TreeAgent.Input(3, 0, 0, null))).isEqualTo(1);
  }

  @Test
  void countsOnlyTheChildrenThatTheBudgetAllowed() throws Exception {
    var run = new FakeRun("r1", Map.of("calls", 5L)).with(agent);

    var sum = run.execute(agent, new TreeAgent.Input(8, 1, 0, Map.of("calls", 1L)));

    assertThat(sum).as("one call is the root's own").isEqualTo(4);
    assertThat(run.charged).isEqualTo(Map.of("calls", 5L));
  }

  @Test
  void namesTheChildrenThatFailed() throws Exception {
    var run = new FakeRun("r1", Map.of("calls", 2L)).with(agent);
    run.execute(agent, new TreeAgent.Input(3, 1, 0, Map.of("calls", 1L)));

    TreeAgent.Failures failed =
        run.step(
            "failed", TreeAgent.Failures.class, () -> new TreeAgent.Failures(java.util.List.of()));

    assertThat(failed.children())
        .containsExactly(
            "r1~2 BUDGET_EXHAUSTED BudgetExhaustedException",
            "r1~3 BUDGET_EXHAUSTED BudgetExhaustedException");
  }

  @Test
  void endsWithoutAnAnswerWhenItHasNothingToSpend() {
    var run = new FakeRun("r1", Map.of("calls", 0L)).with(agent);

    assertThatThrownBy(() -> run.execute(agent, new TreeAgent.Input(1, 0, 0, Map.of("calls", 1L))))
        .isInstanceOf(BudgetExhaustedException.class);
  }

  @Test
  void saysWhatIsWrongWithTheInput() {
    assertThatThrownBy(() -> new FakeRun().execute(agent, new TreeAgent.Input(0, 1, 0, null)))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("fan_out");
    assertThatThrownBy(() -> new FakeRun().execute(agent, new TreeAgent.Input(1, -1, 0, null)))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("depth");
  }
}
