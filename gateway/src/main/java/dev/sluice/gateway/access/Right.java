package dev.sluice.gateway.access;

import dev.sluice.gateway.keys.Role;

/**
 * What a route asks of its callers.
 *
 * @param scope whose callers may use it
 * @param changes whether it changes something
 */
public record Right(Role role, Scope scope, boolean changes) {
  /** Whose callers a route is for. */
  public enum Scope {
    /** Those of the tenant in the path, and those of all tenants. */
    TENANT,
    /** Those of all tenants. */
    ALL
  }
}
