package dev.sluice.topology.catalog.view;

import org.jspecify.annotations.Nullable;

/** An entry of the catalog's own state cannot be read back. */
public final class UnreadableView extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnreadableView(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
