package dev.sluice.admission;

import org.jspecify.annotations.Nullable;

/**
 * A tenant's load and since when the oldest of each kind is there, in milliseconds since the epoch.
 */
public record TenantDepth(
    String tenant,
    TenantLoad load,
    @Nullable Long oldestInFlightMs,
    @Nullable Long oldestHeldMs,
    @Nullable Long oldestReadyMs) {}
