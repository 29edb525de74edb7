package dev.sluice.bench.agents;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;

/** Sleeps for the number of milliseconds in its input, without a step. */
public final class SleepAgent implements Agent<Long, Long> {
  @Override
  public String name() {
    return "bench-sleep";
  }

  @Override
  public Long run(RunContext run, Long input) throws Exception {
    Thread.sleep(input);
    return input;
  }
}
