package dev.sluice.runner.execution;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.runner.journal.Last;
import dev.sluice.runner.journal.Wait;
import dev.sluice.runner.value.ValueCodec;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** What takes the place of an epoch's last record that could not be appended. */
final class LastRecord {
  /** The type of an error that says why a record cannot be written. */
  static final String UNWRITABLE = "RecordUnwritable";

  private LastRecord() {}

  /** What went wrong with an append, without the wrapping. */
  static Throwable cause(Throwable failure) {
    var cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /**
   * Whether the record itself cannot be written, now or later, so that nothing of it stands in the
   * journal; any other failure leaves that open.
   */
  static boolean isUnwritable(Throwable cause) {
    return switch (cause) {
      case SerdeException serde -> serde.kind() == SerdeException.Kind.MALFORMED;
      case RecordTooLargeException tooLarge -> true;
      case SerializationException foreign -> true;
      case KafkaException unknown -> false;
      case IllegalStateException closed -> false;
      default -> true;
    };
  }

  /**
   * The record to try next: an end that can be written, DEAD with the reason, in place of what
   * never can; else a yield, which is right whether or not the one before it stands.
   *
   * @return null for a yield, behind a position that is given up
   */
  static Last.@Nullable Ended instead(Last failed, Throwable cause) {
    if (!isUnwritable(cause)) {
      return null;
    }
    if (failed instanceof Last.Ended ended && isInstead(ended.error())) {
      return ended.charged().isEmpty() ? null : dead(ended.error(), Map.of());
    }
    return dead(error(cause), failed.charged());
  }

  static RunError error(Throwable cause) {
    return new RunError(
        UNWRITABLE,
        Texts.atMost(Bounds.REASON_CHARS, "a record of the run cannot be written: " + cause),
        null,
        null);
  }

  private static boolean isInstead(@Nullable RunError error) {
    return error != null && error.getType().equals(UNWRITABLE);
  }

  private static Last.Ended dead(@Nullable RunError error, Map<String, Long> charged) {
    return new Last.Ended(new EndEntry(RunStatus.DEAD, null, ValueCodec.JSON_TYPE, error, charged));
  }

  static Last stopped(StopKind kind) {
    return new Last.Yielded(new Wait.Worker(kind.reason()), Map.of());
  }
}
