package dev.sluice.runner.output;

import dev.sluice.v1.Output;

/** Where a worker's chunks go. It may lose some, and lets nobody wait. */
public interface OutputSink {
  /** Takes a chunk for a partition of the gate's, in the order of the calls. */
  void send(Output chunk, int partition);

  /** An epoch has text and wants {@link EpochOutput#flushAsked} in a moment. */
  void flushSoon(EpochOutput epoch);
}
