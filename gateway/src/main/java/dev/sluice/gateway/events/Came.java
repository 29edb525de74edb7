package dev.sluice.gateway.events;

import dev.sluice.v1.Decision;
import dev.sluice.v1.Output;
import dev.sluice.v1.RunCompleted;
import java.util.OptionalLong;

/** What a stream is told by the readers of the topics. */
sealed interface Came {
  /** About what memory it takes while it waits to be written, in bytes. */
  default int size() {
    return 0;
  }

  record Chunk(long offset, Output output) implements Came {
    private static final int OVERHEAD = 300;

    @Override
    public int size() {
      return output.getChunk().remaining() + OVERHEAD;
    }
  }

  record State(long offset, Decision decision) implements Came {
    private static final int OVERHEAD = 1_000;

    @Override
    public int size() {
      return OVERHEAD + Character.BYTES * decision.getReason().length();
    }
  }

  /**
   * A run's end.
   *
   * @param emitted how many chunks its last epoch emitted; empty if nobody knows
   */
  record End(long offset, RunCompleted completed, OptionalLong emitted) implements Came {
    private static final int OVERHEAD = 1_000;

    @Override
    public int size() {
      var error = completed.getError();
      return OVERHEAD + (error == null ? 0 : Character.BYTES * error.getMessage().length());
    }
  }

  /** A topic is read from here on. */
  record Begins(Source source, long offset) implements Came {}

  /** All that there was of a topic has come; what follows comes as it happens. */
  record CaughtUp(Source source, long offset) implements Came {}

  /** Records of a topic were deleted before they were read. */
  record Gap(Source source, long offset) implements Came {}
}
