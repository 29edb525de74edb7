package dev.sluice.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's limits and depths.
 *
 * @param limits as they were put
 * @param limitsAt where they stand, for {@link SluiceClient#putTenant(Tenant, TenantLimits)}; null
 *     for a tenant that was given none
 * @param limitsRefused why the gate did not take the newest ones; null if it did
 * @param cap the one in force; null if the catalog does not know
 * @param inFlight leases now
 * @param held queued over the cap
 * @param ready queued, and waiting for a worker only
 * @param waiting without a slot
 * @param oldestHeld how long the oldest of them has been; null if there is none
 * @param full whether a submission was just refused because the queue is full
 */
public record Tenant(
    String name,
    TenantLimits limits,
    @Nullable Long limitsAt,
    @Nullable String limitsRefused,
    @Nullable Integer cap,
    boolean paused,
    int inFlight,
    int held,
    int ready,
    int waiting,
    @Nullable Duration oldestInFlight,
    @Nullable Duration oldestHeld,
    @Nullable Duration oldestReady,
    boolean full) {}
