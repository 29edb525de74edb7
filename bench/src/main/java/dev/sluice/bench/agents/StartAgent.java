package dev.sluice.bench.agents;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;

/**
 * One step; gives back how many nanoseconds after its input, a time of this machine's monotonic
 * clock, its first line was executed.
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
