package dev.sluice.local.stack;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the local stack is set up; port 0 lets the system choose.
 *
 * @param data where everything is kept; null for a temporary directory, deleted at the end
 * @param runners how many runner processes
 * @param slots of each
 */
public record StackConfig(
    int http, int kafka, int registry, @Nullable Path data, int runners, int slots) {
  public StackConfig {
    if (runners < 0 || slots < 1) {
      throw new IllegalArgumentException(
          "runners must be at least 0 and slots at least 1, got " + runners + " and " + slots);
    }
  }
}
