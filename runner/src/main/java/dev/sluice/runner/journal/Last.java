package dev.sluice.runner.journal;

import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunError;
import dev.sluice.v1.YieldEntry;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What an epoch ends with: the end of the run, or what the run waits for. */
public sealed interface Last {
  /** The run has ended. */
  record Ended(EndEntry written) implements Last {
    @Override
    public Map<String, Long> charged() {
      return written.getCharged();
    }

    @Override
    public @Nullable RunError error() {
      return written.getError();
    }
  }

  /** The run goes on later. */
  record Yielded(Wait awaited, Map<String, Long> charged) implements Last {
    @Override
    public SpecificRecord written() {
      return new YieldEntry(awaited.written(), charged);
    }

    @Override
    public @Nullable RunError error() {
      return awaited instanceof Wait.Attempt attempt ? attempt.error() : null;
    }
  }

  /** As it stands in the journal. */
  SpecificRecord written();

  /** What is recorded with it, per meter. */
  Map<String, Long> charged();

  /** Why the attempt failed; null if it did not. */
  @Nullable RunError error();
}
