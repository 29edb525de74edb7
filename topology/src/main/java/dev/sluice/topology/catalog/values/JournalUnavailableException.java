package dev.sluice.topology.catalog.values;

import org.jspecify.annotations.Nullable;

/** The journal cannot be read right now. A retry may succeed. */
public final class JournalUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JournalUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
