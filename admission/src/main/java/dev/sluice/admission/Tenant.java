package dev.sluice.admission;

/**
 * A tenant's record in force.
 *
 * @param origin when and where it was first appended: of two the later wins
 */
public record Tenant(String name, TenantSettings settings, Origin origin) {}
