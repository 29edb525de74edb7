package dev.sluice.admission.settings;

import dev.sluice.contract.Bounds;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operator's brake on the starts of a pool or an agent. Started runs go on.
 *
 * @param paused whether nothing starts
 * @param maxStartsPerMinute most starts of a minute in all gate partitions; null for no bound
 */
public record Brake(boolean paused, @Nullable Integer maxStartsPerMinute) {
  /** Holds nothing back. */
  public static final Brake NONE = new Brake(false, null);

  /**
   * @throws IllegalArgumentException if the bound is out of bounds
   */
  public Brake {
    var problem = problem(maxStartsPerMinute);
    if (problem.isPresent()) {
      throw new IllegalArgumentException(problem.get());
    }
  }

  private static Optional<String> problem(@Nullable Integer most) {
    return most == null || (most >= 0 && most <= Bounds.STARTS_PER_MINUTE)
        ? Optional.empty()
        : Optional.of(
            "max_starts_per_minute must be 0 to %d, got %d"
                .formatted(Bounds.STARTS_PER_MINUTE, most));
  }

  public boolean isNone() {
    return equals(NONE);
  }
}
