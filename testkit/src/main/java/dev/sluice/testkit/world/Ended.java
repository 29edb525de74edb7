package dev.sluice.testkit.world;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param charged by itself, per meter
 * @param atMs by the world's time, in milliseconds since the epoch
 */
public record Ended(
    RunStatus status,
    @Nullable ByteBuffer output,
    @Nullable RunError error,
    Map<String, Long> charged,
    int epochs,
    int attempts,
    long atMs) {
  /**
   * What the gate completes a run with.
   *
   * @param record the worker's that was read; null if it was another's
   */
  static Ended of(GateEffect.Complete complete, @Nullable JournalRecord record) {
    var entry = record == null ? null : record.getEntry();
    var failure = complete.failure();
    return new Ended(
        RunStatus.valueOf(complete.outcome().name()),
        complete.outputFromRecord() && entry instanceof EndEntry end ? end.getOutput() : null,
        failure == null
            ? null
            : new RunError(failure.type(), failure.message(), failure.step(), null),
        complete.charged(),
        complete.epochs(),
        complete.attempts(),
        complete.completedAtMs());
  }

  /** What must be the same in each world. */
  String text() {
    var end = "ended " + status + " with ";
    end += error == null ? Entries.text(output) : Entries.text(error);
    return charged.isEmpty() ? end : end + ", charged " + new TreeMap<>(charged);
  }
}
