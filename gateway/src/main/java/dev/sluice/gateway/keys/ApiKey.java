package dev.sluice.gateway.keys;

import dev.sluice.contract.Names;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A key as it is kept: whoever reads this cannot call with it.
 *
 * @param id the public part of the key, by which it is listed, rotated and revoked
 * @param hash SHA-256 of the whole key, in lower-case hexadecimal digits
 * @param tenant the one whose runs it is for; {@link #ALL} for every tenant
 * @param name what people call it; may be empty
 * @param createdAtMs milliseconds since the epoch
 * @param expiresAtMs from then on it is refused
 */
public record ApiKey(
    String id,
    String hash,
    String tenant,
    Set<Role> roles,
    String name,
    long createdAtMs,
    long expiresAtMs) {
  /** Every tenant. */
  public static final String ALL = "*";

  private static final int NAME_CHARS = 128;

  public ApiKey {
    if (!KeyText.isId(id)) {
      throw new IllegalArgumentException("a key's id must be 12 hexadecimal digits, got " + id);
    }
    if (!hash.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("the hash of the key " + id + " is not a SHA-256");
    }
    if (!tenant.equals(ALL)) {
      Names.tenantProblem(tenant).ifPresent(ApiKey::refuse);
    }
    if (roles.isEmpty()) {
      refuse("roles must name at least one of submit, read, operate and admin");
    }
    if (name.length() > NAME_CHARS || name.chars().anyMatch(Character::isISOControl)) {
      refuse("name must have at most " + NAME_CHARS + " characters and no control characters");
    }
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
  }

  private static void refuse(String problem) {
    throw new IllegalArgumentException(problem);
  }

  /** Whether it is refused at {@code nowMs}. */
  public boolean isExpiredAt(long nowMs) {
    return nowMs >= expiresAtMs;
  }

  /** The same until another time. */
  ApiKey until(long otherMs) {
    return new ApiKey(id, hash, tenant, roles, name, createdAtMs, otherMs);
  }
}
