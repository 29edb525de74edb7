package dev.sluice.verification;

/** A run of a tenant. */
public record RunName(String tenant, String runId) {}
