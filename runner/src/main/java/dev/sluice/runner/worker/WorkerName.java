package dev.sluice.runner.worker;

/**
 * Names a worker and this life of it.
 *
 * @param worker its id, the same after a restart
 * @param incarnation this life, named once and never again
 */
record WorkerName(String worker, String incarnation) {}
