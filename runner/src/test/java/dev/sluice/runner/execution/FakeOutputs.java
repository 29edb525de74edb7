package dev.sluice.runner.execution;

import dev.sluice.runner.output.EpochOutput;
import dev.sluice.runner.output.OutputSink;
import dev.sluice.v1.Output;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps what agents emit; texts are flushed when a test says so, and when their epoch ends. */
final class FakeOutputs implements OutputSink {
  private final List<Output> chunks = new ArrayList<>();

  @Override
  public synchronized void send(Output chunk, int partition) {
    chunks.add(chunk);
  }

  @Override
  public void flushSoon(EpochOutput epoch) {}

  /** Epoch, number, position, step and text of each. */
  synchronized List<String> lines() {
    return chunks.stream()
        .map(
            chunk ->
                "%d/%d at %d in %s: %s"
                    .formatted(
                        chunk.getEpoch(),
                        chunk.getNumber(),
                        chunk.getPosition(),
                        chunk.getStep(),
                        StandardCharsets.UTF_8.decode(chunk.getChunk().duplicate())))
        .toList();
  }
}
