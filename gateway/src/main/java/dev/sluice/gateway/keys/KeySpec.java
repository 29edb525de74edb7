package dev.sluice.gateway.keys;

import java.time.Duration;
import java.util.Set;

/**
 * A key that is asked for.
 *
 * @param tenant {@link ApiKey#ALL} for every tenant
 * @param lasting until it expires; 1 second to 3,650 days
 */
public record KeySpec(String tenant, Set<Role> roles, String name, Duration lasting) {
  /** Of a key whose end nobody names. */
  public static final Duration LASTING = Duration.ofDays(365);

  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofDays(3_650);

  public KeySpec {
    if (lasting.compareTo(LEAST) < 0 || lasting.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("expires_in must be PT1S to P3650D, got " + lasting);
    }
  }
}
