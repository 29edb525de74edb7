package dev.sluice.admission.tenant;

/** A tenant's load. */
public record TenantDepth(String tenant, TenantLoad load) {}
