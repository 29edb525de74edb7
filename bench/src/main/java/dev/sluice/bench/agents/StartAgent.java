package dev.sluice.bench.agents;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;

/**
 * Executes one step. Its input is a time of this machine's monotonic clock; it returns the
 * nanoseconds from then to its first line.
 */
public final class StartAgent implements Agent<Long, Long> {
  @Override
  public String name() {
    return "bench-start";
  }

  @Override
  public Long run(RunContext run, Long input) {
    long started = System.nanoTime();
    run.step("one", Integer.class, () -> 1);
    return started - input;
  }
}
