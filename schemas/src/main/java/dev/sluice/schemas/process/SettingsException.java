package dev.sluice.schemas.process;

import java.util.List;

/** Settings are missing or wrong; the message has one line per key. */
public final class SettingsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public SettingsException(List<String> problems) {
    super("invalid configuration: " + inOneLine(String.join("; ", problems)));
  }

  /** A problem may quote what others wrote. */
  private static String inOneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
