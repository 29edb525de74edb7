package dev.sluice.local.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import java.time.Duration;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/** Does a little of all that an agent can do; every wait of it ends by itself. */
public final class ChaosAgent implements Agent<ChaosAgent.Input, Integer> {
  /** The signal that it waits for. */
  static final String SIGNAL = "go";

  /** Attempts of a run, by the policy below. */
  static final int ATTEMPTS = 3;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

  /**
   * What to do.
   *
   * @param steps how many, in the end as well as before the waits
   * @param stepMs how long each takes
   * @param sleepMs how long to wait without a slot; 0 for not at all
   * @param signal whether to wait for one, for a while
   * @param children how many to wait for; each does the steps alone
   * @param failures attempts that fail; all if there are {@link #ATTEMPTS}
   */
  public record Input(
      int steps,
      @JsonProperty("step_ms") int stepMs,
      @JsonProperty("sleep_ms") int sleepMs,
      boolean signal,
      int children,
      int failures) {
    private Input ofChild() {
      return new Input(steps, stepMs, 0, false, 0, 0);
    }
  }

  @Override
  public String name() {
    return "chaos";
  }

  @Override
  public RetryPolicy retryPolicy() {
    return new RetryPolicy(ATTEMPTS, Duration.ofMillis(200), Duration.ofSeconds(1));
  }

  @Override
  public Integer run(RunContext run, @Nullable Input input) {
    if (input == null) {
      throw new IllegalArgumentException("input: required");
    }
    steps(run, "before", input);
    if (run.attempt() <= input.failures()) {
      throw new IllegalStateException("attempt " + run.attempt() + " was told to fail");
    }
    if (input.sleepMs() > 0) {
      run.sleep(Duration.ofMillis(input.sleepMs()));
    }
    if (input.signal()) {
      run.awaitSignal(SIGNAL, Object.class, LONGEST_WAIT);
    }
    if (input.children() > 0) {
      var batch =
          Collections.nCopies(input.children(), new Spawn<>(AgentRef.of(this), input.ofChild()));
      run.awaitAll(run.spawnAll(batch));
    }
    steps(run, "after", input);
    return input.steps();
  }

  private static void steps(RunContext run, String name, Input input) {
    for (int step = 0; step < input.steps(); step++) {
      run.step(name + "-" + step, Boolean.class, () -> work(input.stepMs()));
    }
  }

  private static boolean work(int ms) throws InterruptedException {
    Thread.sleep(ms);
    return true;
  }
}
