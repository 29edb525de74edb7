package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.lease.LeaseDeadlines;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.Tries;
import dev.sluice.v1.StopReason;
import dev.sluice.v1.Stopped;
import dev.sluice.v1.YieldEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What may have ended is not gone on with, however late this worker comes to know (I5). */
final class LeaseOverTest {
  private static final long AN_HOUR_MS = 3_600_000;

  private final List<String> executed = new ArrayList<>();
  private final LeaseDeadlines deadlines = OneRunGate.deadlines();

  private final TestAgent agent =
      TestAgent.of(
          run -> {
            run.step(
                "one",
                Boolean.class,
                () -> {
                  thaw();
                  return executed.add("one");
                });
            return run.step("two", Boolean.class, () -> executed.add("two"));
          });

  /** The worker was frozen, and a heartbeat is acknowledged again before anybody looks. */
  private void thaw() {
    long now = System.nanoTime() / 1_000_000;
    deadlines.acknowledged(0, 2, now + 3 * AN_HOUR_MS, 0, now + 2 * AN_HOUR_MS);
  }

  private static YieldEntry stopped(StopReason reason) {
    return new YieldEntry(new Stopped(reason), Map.of());
  }

  private Object execute(TestAgent executing, OneRunGate gate, boolean frozenInClaim) {
    var environment = OneRunGate.environment(Map.of("agent", executing), gate.journal(), deadlines);
    long claimedMs = environment.nowMs();
    if (frozenInClaim) {
      thaw();
    }
    new Execution(environment, gate.dispatch(), claimedMs, ended -> {}).run();
    return gate.end();
  }

  @Test
  void aWorkerThatWasFrozenStartsNoFurtherStep() {
    var end = execute(agent, new OneRunGate(agent), false);

    assertThat(executed).containsExactly("one");
    assertThat(end).isEqualTo(stopped(StopReason.DEADLINE));
  }

  @Test
  void aWorkerThatWasFrozenWhileItClaimedStartsNothing() {
    var end = execute(agent, new OneRunGate(agent), true);

    assertThat(executed).isEmpty();
    assertThat(end).isEqualTo(stopped(StopReason.DEADLINE));
  }

  @Test
  void aWorkerThatWasFrozenDoesNotTryAStepAgain() {
    var flaky =
        TestAgent.of(
            run ->
                run.step(
                    "flaky",
                    Integer.class,
                    StepOptions.DEFAULT.trying(new Tries(2, Duration.ZERO, Duration.ZERO)),
                    () -> {
                      executed.add("try");
                      thaw();
                      throw new IOException("try again");
                    }));

    var end = execute(flaky, new OneRunGate(flaky), false);

    assertThat(executed).containsExactly("try");
    assertThat(end).isEqualTo(stopped(StopReason.DEADLINE));
  }

  @Test
  void whatIsToldWhileTheClaimIsOnItsWayIsNotForgotten() {
    var gate = new OneRunGate(agent);
    var environment = OneRunGate.environment(Map.of("agent", agent), gate.journal(), deadlines);
    var dispatch = gate.dispatch();
    var slots = new Slots(1);
    var executions = new Executions(slots, environment, new Executions.Resorts(() -> {}, () -> {}));
    executions.take(dispatch);

    executions.stop(RunRef.of(dispatch), StopKind.CANCEL);
    executions.start(dispatch);

    await().atMost(Duration.ofSeconds(20)).until(() -> slots.free() == 1);
    assertThat(executed).isEmpty();
    assertThat(gate.end()).isEqualTo(stopped(StopReason.CANCEL));
  }
}
