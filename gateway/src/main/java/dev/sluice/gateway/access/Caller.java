package dev.sluice.gateway.access;

import dev.sluice.gateway.keys.ApiKey;
import dev.sluice.gateway.keys.Role;
import java.util.Set;

/**
 * Who is calling.
 *
 * @param name the id of a key, or the subject of a token; no secret
 * @param tenant the only one that exists for this caller; {@link ApiKey#ALL} for every tenant
 */
public record Caller(String name, String tenant, Set<Role> roles) {
  boolean isOfAllTenants() {
    return tenant.equals(ApiKey.ALL);
  }

  boolean has(Role needed) {
    return roles.stream().anyMatch(role -> role.covers(needed));
  }
}
