package dev.sluice.topology.catalog;

import org.jspecify.annotations.Nullable;

/** Something in the catalog's own state cannot be read back. */
final class UnreadableView extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableView(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
