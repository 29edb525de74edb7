package dev.sluice.http.message;

import dev.sluice.contract.Secrets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process's answer to a readiness probe.
 *
 * @param whyNot why it is not ready; null if it is
 * @param warnings problems around it, although it is ready
 */
public record ProbeAnswer(@Nullable String whyNot, List<String> warnings) {
  private static final int MAX_LINES = 100;

  public ProbeAnswer {
    warnings = List.copyOf(warnings);
  }

  public boolean isReady() {
    return whyNot == null;
  }

  /** {@code ok}, or {@code not ready} and why; then a line for each warning. */
  public String text() {
    var text = new StringBuilder(whyNot == null ? "ok" : "not ready: " + whyNot).append('\n');
    warnings.stream().limit(MAX_LINES).forEach(line -> text.append(line).append('\n'));
    if (warnings.size() > MAX_LINES) {
      text.append("and ").append(warnings.size() - MAX_LINES).append(" more\n");
    }
    return Secrets.masked(text.toString());
  }
}
