package dev.sluice.runner.io;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * What a dispatch points at in the journal is not there, or not what it must be, and will not be
 * later: no worker can go on with the run.
 */
public final class JournalBrokenException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /** How it stands in journals and completions. */
  public static final String TYPE = "JournalBroken";

  public JournalBrokenException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
