package dev.sluice.runner.identity;

/**
 * Names a worker and this life of it.
 *
 * @param worker its id, the same after a restart
 * @param incarnation this life, named once and never again
 */
public record WorkerName(String worker, String incarnation) {}
