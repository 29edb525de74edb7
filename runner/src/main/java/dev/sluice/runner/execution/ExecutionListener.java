package dev.sluice.runner.execution;

import dev.sluice.runner.identity.RunRef;

/** Hears how an epoch gets on. */
interface ExecutionListener {
  /** Its journal has a record more, with others to follow. */
  default void advanced(RunRef ref) {}

  /** It is at its end, whatever that is. */
  void ended(Execution execution);
}
