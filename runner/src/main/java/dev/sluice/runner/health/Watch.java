package dev.sluice.runner.health;

import dev.sluice.runner.trace.Traces;

/**
 * What each part of a worker shows of itself: that its threads live, what it did, and where runs
 * were executed.
 */
public record Watch(LifeSigns life, WorkerMeasures measures, Traces traces)
    implements AutoCloseable {
  /** One without traces. */
  public Watch(LifeSigns life, WorkerMeasures measures) {
    this(life, measures, Traces.NONE);
  }

  /** What was done goes where it is shown; threads are watched on. */
  @Override
  public void close() {
    measures.close();
    traces.close();
  }
}
