package dev.sluice.schemas.process;

import dev.sluice.contract.Secrets;
import java.util.List;

/** Settings are missing or wrong; the message names each key, and no secret. */
public final class SettingsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public SettingsException(List<String> problems) {
    super("invalid configuration: " + Secrets.masked(inOneLine(String.join("; ", problems))));
  }

  /** A problem may quote what others wrote. */
  private static String inOneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
