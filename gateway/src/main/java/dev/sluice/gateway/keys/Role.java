package dev.sluice.gateway.keys;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller may do. */
public enum Role {
  /** Submit runs, signal and cancel them. */
  SUBMIT,
  /** Look at runs, journals and limits. */
  READ,
  /** Read, redrive, and look at pools, agents, settings and dead letters. */
  OPERATE,
  /** Everything, also limits, settings and keys. */
  ADMIN;

  /** Whether who has this role may do what {@code needed} is asked for. */
  public boolean covers(Role needed) {
    return this == needed || this == ADMIN || (this == OPERATE && needed == READ);
  }

  /** The name in records, requests and claims. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that name; empty for none. */
  public static Optional<Role> of(String text) {
    return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
  }
}
