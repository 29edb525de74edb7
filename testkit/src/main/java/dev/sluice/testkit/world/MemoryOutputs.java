package dev.sluice.testkit.world;

import dev.sluice.runner.output.EpochOutput;
import dev.sluice.runner.output.OutputSink;
import dev.sluice.v1.Output;
import java.util.ArrayList;
import java.util.List;

/** Keeps what agents emit; each text is a chunk of its own, so that every world has the same. */
final class MemoryOutputs implements OutputSink {
  private final List<Output> chunks = new ArrayList<>();

  @Override
  public synchronized void send(Output chunk, int partition) {
    chunks.add(chunk);
  }

  @Override
  public void flushSoon(EpochOutput epoch) {
    epoch.flushAsked();
  }

  synchronized List<Output> chunks() {
    return List.copyOf(chunks);
  }
}
