package dev.sluice.schemas.process;

import java.util.List;

/** Settings are missing or wrong; the message has one line per key. */
public final class SettingsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public SettingsException(List<String> problems) {
    super("invalid configuration: " + String.join("; ", problems));
  }
}
