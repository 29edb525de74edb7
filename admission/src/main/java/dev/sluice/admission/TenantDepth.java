package dev.sluice.admission;

/** A tenant's load. */
public record TenantDepth(String tenant, TenantLoad load) {}
