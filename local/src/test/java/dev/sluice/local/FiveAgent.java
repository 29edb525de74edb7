package dev.sluice.local;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.ParallelSteps.StepHandle;
import dev.sluice.sdk.RunContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Executes a step alone and then rounds of five beside each other, 200 ms each. Each body ends with
 * a line {@code run step epoch worker} in its log. Says how long each of both took, in
 * milliseconds.
 */
public final class FiveAgent implements Agent<FiveAgent.Input, List<Long>> {
  static final int BESIDE_EACH_OTHER = 5;
  private static final long STEP_MS = 200;

  /**
   * What it is given.
   *
   * @param log the file
   * @param rounds of five
   */
  public record Input(String log, int rounds) {}

  @Override
  public String name() {
    return "five";
  }

  @Override
  public List<Long> run(RunContext run, Input input) {
    var log = Path.of(input.log());
    long began = System.nanoTime();
    run.step("alone", () -> body(run, log, "alone"));
    long alone = System.nanoTime();
    for (int round = 0; round < input.rounds(); round++) {
      var started = new ArrayList<StepHandle<String>>();
      for (int i = 0; i < BESIDE_EACH_OTHER; i++) {
        var name = "step-" + round + "-" + i;
        started.add(run.stepAsync(name, String.class, () -> body(run, log, name)));
      }
      run.<String>awaitAll(started);
    }
    long end = System.nanoTime();
    return List.of(
        TimeUnit.NANOSECONDS.toMillis(alone - began),
        TimeUnit.NANOSECONDS.toMillis((end - alone) / Math.max(1, input.rounds())));
  }

  private static String body(RunContext run, Path log, String step)
      throws IOException, InterruptedException {
    Thread.sleep(STEP_MS);
    var line =
        "%s/%s %s %d %s%n".formatted(run.tenant(), run.runId(), step, run.epoch(), run.workerId());
    Files.writeString(log, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return step;
  }
}
