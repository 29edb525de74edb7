package dev.sluice.bench.deployed;

/** What is measured in phases: the stack, or its floor. */
interface Subject {
  Processes processes();

  /** Does so many runs, or what corresponds to one, at a rate. */
  Paced paced(int count, int perSecond) throws Exception;

  default long brokerPid() {
    return processes().pids().getOrDefault(Stack.BROKER, 0L);
  }
}
