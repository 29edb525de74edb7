package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Bounds;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much time an agent is told that its run has left. */
final class EpochFactsTest {
  private static final long BROKER_MS = 1_700_000_000_000L;

  private static Dispatch dispatch(@Nullable Long leftMs, @Nullable Long deadlineMs) {
    var any = new OneRunGate(TestAgent.of(run -> null)).dispatch();
    return Dispatch.newBuilder(any).setMaxDurationLeftMs(leftMs).setDeadlineMs(deadlineMs).build();
  }

  @ParameterizedTest
  @CsvSource({
    "60000,        , 10000, 50000",
    "60000,        , 60000, 0",
    "60000,        , 70000, 0",
    "     ,   30000, 10000, 30000",
    "60000,   30000, 10000, 30000",
    "60000,   55000, 10000, 50000",
    "60000,  -30000, 10000, 0",
    "   -1,        ,     0, 0",
    "     ,        , 10000, 31622400000",
    "9223372036854775807, , 10000, 31622400000",
  })
  void itIsTheLeastOfBothAndWithinBounds(
      @Nullable Long leftMs, @Nullable Long endsInMs, long heldMs, long expectedMs) {
    var deadline = endsInMs == null ? null : Long.valueOf(BROKER_MS + endsInMs);

    assertThat(EpochFacts.leftMs(dispatch(leftMs, deadline), heldMs, BROKER_MS))
        .isEqualTo(expectedMs);
  }

  @Test
  void theLongestIsWhatMayBeAskedFor() {
    assertThat(EpochFacts.leftMs(dispatch(null, Long.MAX_VALUE), 0, BROKER_MS))
        .isEqualTo(Bounds.DURATION_MS);
    assertThat(EpochFacts.leftMs(dispatch(null, Long.MIN_VALUE), 0, BROKER_MS)).isZero();
  }

  /** The worker's wall clock may be anything: the log's time counts, and goes on with the step. */
  @Test
  void anAgentIsToldByTheLogsTime() {
    var nowMs = new AtomicLong(5_000);
    var agent =
        TestAgent.of(
            run -> {
              var first = run.timeLeft().toMillis();
              nowMs.addAndGet(1_000);
              return first + "," + run.step("in", Long.class, () -> run.timeLeft().toMillis());
            });
    var gate = new OneRunGate(agent);
    var leases = OneRunGate.deadlines();
    leases.acknowledged(0, 2, Long.MAX_VALUE / 2, BROKER_MS, nowMs.get());
    var environment =
        OneRunGate.environment(Map.of("agent", agent), gate.journal(), leases, nowMs::get);
    var dispatch =
        Dispatch.newBuilder(gate.dispatch())
            .setMaxDurationLeftMs(60_000L)
            .setDeadlineMs(BROKER_MS + 20_000)
            .build();

    new Execution(environment, dispatch, nowMs.get() - 2_000, ended -> {}).run();

    assertThat(((EndEntry) gate.end()).getOutput())
        .isEqualTo(StandardCharsets.UTF_8.encode("\"20000,19000\""));
  }
}
