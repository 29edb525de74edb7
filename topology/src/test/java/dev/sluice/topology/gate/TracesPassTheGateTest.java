package dev.sluice.topology.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Bounds;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Retry;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.YieldEntry;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reads only completions and dead letters learns where an agent failed. */
final class TracesPassTheGateTest {
  private static final String TRACE = "Boom: it broke\n  at Agent.run(Agent.java:7)\n";

  @TempDir private Path dir;

  private static RunError error(String trace) {
    return new RunError("Boom", "it broke", "one", trace);
  }

  private static SpecificRecord ended(RunStatus status, RunError error) {
    return new EndEntry(status, null, "application/json", error, Map.of());
  }

  private static SpecificRecord lastAttempt(RunError error) {
    var policy = RetryPolicy.newBuilder().setMaxAttempts(1).build();
    return new YieldEntry(new Retry(error, policy), Map.of());
  }

  private static Dispatch running(GateBed bed) {
    bed.heartbeat(100);
    bed.submit("t", "r");
    bed.echo();
    var dispatch = bed.dispatches().getFirst();
    bed.claim(dispatch);
    bed.heartbeat(100);
    return dispatch;
  }

  private static RunCompleted completed(GateBed bed, SpecificRecord last) {
    var dispatch = running(bed);
    bed.journal(
        new JournalRecord(
            "t", "r", dispatch.getEpoch(), GateBed.WORKER, dispatch.getNextSeq(), "1", last, null));
    bed.echo();
    return bed.read(Topics.COMPLETIONS, RunCompleted.class).getFirst();
  }

  @Test
  void aCompletionSaysWhereTheAgentFailed() {
    try (var bed = new GateBed(dir)) {
      assertThat(completed(bed, ended(RunStatus.FAILED, error(TRACE))).getError())
          .isEqualTo(error(TRACE));
    }
  }

  @Test
  void aDeadLetterSaysWhereTheLastAttemptFailed() {
    try (var bed = new GateBed(dir)) {
      var completed = completed(bed, lastAttempt(error(TRACE)));

      assertThat(completed.getStatus()).isEqualTo(RunStatus.DEAD);
      assertThat(completed.getError()).isEqualTo(error(TRACE));
      assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class).getFirst().getError())
          .isEqualTo(error(TRACE));
    }
  }

  @Test
  void aTraceLongerThanAnyWorkerWritesIsCut() {
    try (var bed = new GateBed(dir)) {
      var endless = error("x".repeat(100_000));

      assertThat(completed(bed, ended(RunStatus.FAILED, endless)).getError().getStackTrace())
          .hasSize(Bounds.STACK_TRACE_CHARS);
    }
  }
}
