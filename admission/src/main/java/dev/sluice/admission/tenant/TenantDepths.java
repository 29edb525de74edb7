package dev.sluice.admission.tenant;

import java.util.List;

/**
 * The loads of a partition's tenants.
 *
 * @param largest those with the most runs in flight and queued
 * @param others how many more there are
 * @param rest what those others have together
 */
public record TenantDepths(List<TenantDepth> largest, int others, TenantLoad rest) {}
