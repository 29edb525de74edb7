package dev.sluice.app;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.StepOptions;
import java.util.Collections;

/**
 * The agent of the training: a step, a charge, children. No service file names it, so no runner
 * offers it.
 */
public final class TrainingAgent implements Agent<TrainingAgent.Input, Long> {
  /** How many children. */
  public record Input(int children) {}

  @Override
  public String name() {
    return "train";
  }

  @Override
  public Long run(RunContext run, Input input) {
    long counted =
        run.step("work", Long.class, StepOptions.DEFAULT.charging("calls", 1), () -> charged(run));
    if (input.children() > 0) {
      var batch =
          Collections.nCopies(input.children(), new Spawn<>(AgentRef.of(this), new Input(0)));
      for (var child : run.awaitAll(run.spawnAll(batch))) {
        counted += child.get();
      }
    }
    return counted;
  }

  private static long charged(RunContext run) {
    run.charge("calls", 1);
    return 1;
  }
}
