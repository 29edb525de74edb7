package dev.sluice.gateway.events;

import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.Output;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Records as gates and runners write them. */
final class Samples {
  static final String TENANT = "acme";
  static final String RUN = "r-1";
  static final long END_AT = 9;

  private Samples() {}

  static Came.Chunk chunk(long offset, int epoch, long number, String text) {
    var output =
        Output.newBuilder()
            .setTenant(TENANT)
            .setRunId(RUN)
            .setEpoch(epoch)
            .setIncarnation("w.1")
            .setNumber(number)
            .setChunk(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
            .build();
    return new Came.Chunk(offset, output);
  }

  static Came.End end(int epochs, OptionalLong emitted) {
    return new Came.End(END_AT, completed(epochs).build(), emitted);
  }

  /** Of a submission that came when there was no room. */
  static Came.End refusal() {
    var completed =
        completed(0)
            .setStatus(RunStatus.REJECTED)
            .setRetryable(true)
            .setError(error("no room"))
            .build();
    return new Came.End(END_AT, completed, OptionalLong.empty());
  }

  static RunError error(String message) {
    return RunError.newBuilder().setType("QueueFull").setMessage(message).build();
  }

  /** A decision that is no state of a run. */
  static Came.State fence(long offset) {
    return new Came.State(offset, decision(DecisionKind.FENCE).build());
  }

  static Decision.Builder decision(DecisionKind kind) {
    return Decision.newBuilder()
        .setKind(kind)
        .setTenant(TENANT)
        .setRunId(RUN)
        .setReason("sample")
        .setAtMs(1)
        .setCauseTopic("runs")
        .setCausePartition(0)
        .setCauseOffset(1);
  }

  static RunCompleted.Builder completed(int epochs) {
    return RunCompleted.newBuilder()
        .setRunId(RUN)
        .setTenant(TENANT)
        .setAgent("poet")
        .setStatus(RunStatus.SUCCEEDED)
        .setSubmittedAtMs(1)
        .setStartedAtMs(epochs == 0 ? null : 2L)
        .setCompletedAtMs(3)
        .setEpochs(epochs)
        .setAttempts(1)
        .setSteps(0);
  }
}
