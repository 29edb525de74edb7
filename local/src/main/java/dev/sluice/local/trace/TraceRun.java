package dev.sluice.local.trace;

/**
 * A run of a workload.
 *
 * @param atMs when it is submitted, from the replay's start
 * @param modelMs how long its model takes
 */
public record TraceRun(
    String tenant, String runId, long atMs, long modelMs, long promptTokens, long outputTokens) {}
