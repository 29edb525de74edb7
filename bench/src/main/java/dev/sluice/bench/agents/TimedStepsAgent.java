package dev.sluice.bench.agents;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.util.concurrent.TimeUnit;

/**
 * Executes the number of steps in its input, at 100 a second, and returns the nanoseconds that each
 * took, separated by commas.
 */
public final class TimedStepsAgent implements Agent<Integer, String> {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  @Override
  public String name() {
    return "bench-timed-steps";
  }

  @Override
  public String run(RunContext run, Integer input) throws Exception {
    var took = new StringBuilder();
    long next = System.nanoTime();
    for (int i = 0; i < input; i++) {
      TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
      long start = System.nanoTime();
      next = start + PERIOD_NANOS;
      run.step("step", String.class, () -> "done");
      took.append(i == 0 ? "" : ",").append(System.nanoTime() - start);
    }
    return took.toString();
  }
}
