package dev.sluice.bench.agents;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;

/** Executes the number of empty steps in its input. */
public final class StepsAgent implements Agent<Integer, Integer> {
  @Override
  public String name() {
    return "bench-steps";
  }

  @Override
  public Integer run(RunContext run, Integer input) {
    for (int i = 0; i < input; i++) {
      run.step("step", String.class, () -> "done");
    }
    return input;
  }
}
