package dev.sluice.schemas.wire;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** A record could not be written or read; {@link #kind} says whose fault that is. */
public final class SerdeException extends SerializationException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** No registry answered: not the record's fault, try again. */
    REGISTRY_DOWN,
    /** The registry does not know the record's schema id. */
    UNKNOWN_ID,
    /** The record's schema cannot be read as ours, or ours may not be registered. */
    INCOMPATIBLE,
    /** The bytes are not a record in the wire format. */
    MALFORMED
  }

  private final Kind kind;

  public SerdeException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** The same, saying which record it was. */
  public SerdeException at(String topic, int partition, long offset) {
    return new SerdeException(
        kind, topic + "-" + partition + "@" + offset + ": " + getMessage(), this);
  }
}
