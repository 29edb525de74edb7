package dev.sluice.runner.worker;

/** A run of a tenant, in one epoch. */
record RunRef(String tenant, String runId, int epoch) {}
