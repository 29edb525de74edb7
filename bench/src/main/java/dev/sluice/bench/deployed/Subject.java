package dev.sluice.bench.deployed;

/** The subject of the phases: the stack or its floor. */
interface Subject {
  Processes processes();

  /** Does so many runs, or what corresponds to one, at a rate. */
  Paced paced(int count, int perSecond) throws Exception;

  default long brokerPid() {
    return processes().pids().getOrDefault(Stack.BROKER, 0L);
  }
}
