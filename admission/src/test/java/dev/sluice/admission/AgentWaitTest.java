package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Wait;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a run waits for a worker that has its agent, and when it is given up. */
final class AgentWaitTest {
  private static final long AGENT_WAIT_MS = 300_000;

  private final OneWorker worker = new OneWorker(1);

  private void submitAndTick() {
    worker.submit("acme", "run", 0);
    worker.tick();
  }

  private void passAgentWait() {
    worker.pass(AGENT_WAIT_MS);
    worker.tick();
  }

  /** The worker drains, or the group has not given it one yet. */
  @Test
  void noAgentIsMissingWhileNobodyHoldsAPartition() {
    worker.beat(Set.of(), "agent");

    submitAndTick();

    assertThat(worker.phase("acme", "run")).isInstanceOf(Phase.Queued.class);
    worker.beat(Set.of(0), "agent");
    assertThat(worker.started()).containsExactly("run");
  }

  @Test
  void givesUpARunWhoseAgentNoLivingWorkerHas() {
    worker.beat(Set.of(0), "another");
    submitAndTick();
    assertThat(worker.phase("acme", "run"))
        .isInstanceOfSatisfying(
            Phase.Waiting.class, wait -> assertThat(wait.on()).isInstanceOf(Wait.Agent.class));

    passAgentWait();

    assertThat(worker.completed())
        .singleElement()
        .satisfies(end -> assertThat(end.outcome()).isEqualTo(Outcome.DEAD));
  }

  @Test
  void startsTheRunWhenAWorkerHasTheAgent() {
    worker.beat(Set.of(0), "another");
    submitAndTick();

    worker.beat(Set.of(0), "agent");

    assertThat(worker.started()).containsExactly("run");
  }

  /** A pool scaled to nothing, or everything stopped for longer than the wait. */
  @Test
  void aRunIsReadyAgainWhenNobodyTakesRunsOfItsPool() {
    worker.beat(Set.of(0), "another");
    submitAndTick();
    worker.die();

    passAgentWait();

    assertThat(worker.phase("acme", "run")).isInstanceOf(Phase.Queued.class);
    assertThat(worker.completed()).isEmpty();
  }
}
