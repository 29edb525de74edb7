package dev.sluice.gateway.events;

import dev.sluice.v1.Output;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Records as gates and runners write them. */
final class Samples {
  static final String TENANT = "acme";
  static final String RUN = "r-1";

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
    var completed =
        RunCompleted.newBuilder()
            .setRunId(RUN)
            .setTenant(TENANT)
            .setAgent("poet")
            .setStatus(RunStatus.SUCCEEDED)
            .setSubmittedAtMs(1)
            .setStartedAtMs(epochs == 0 ? null : 2L)
            .setCompletedAtMs(3)
            .setEpochs(epochs)
            .setAttempts(1)
            .setSteps(0)
            .build();
    return new Came.End(9, completed, emitted);
  }
}
