package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are listed; null asks for nothing.
 *
 * @param kind {@code DEAD_RUN} or {@code UNREADABLE}
 * @param pageSize 1 to 1,000; how many are asked for, and held, at a time
 */
public record DeadLetterFilter(
    @Nullable String tenant, @Nullable String agent, @Nullable String kind, int pageSize) {
  /** All of them, a hundred at a time. */
  public static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, 100);

  public DeadLetterFilter {
    PageSizes.require(pageSize);
  }

  /** Those of one tenant alone. */
  public DeadLetterFilter ofTenant(String value) {
    return new DeadLetterFilter(value, agent, kind, pageSize);
  }

  /** Runs of one agent alone. */
  public DeadLetterFilter ofAgent(String value) {
    return new DeadLetterFilter(tenant, value, kind, pageSize);
  }

  /**
   * Letters of one kind alone.
   *
   * @param value {@code DEAD_RUN} or {@code UNREADABLE}
   */
  public DeadLetterFilter ofKind(String value) {
    return new DeadLetterFilter(tenant, agent, value, pageSize);
  }

  /**
   * The same, asked for in pages of another size.
   *
   * @param size 1 to 1,000
   * @throws IllegalArgumentException if it is not
   */
  public DeadLetterFilter pagesOf(int size) {
    return new DeadLetterFilter(tenant, agent, kind, size);
  }
}
