package dev.sluice.local.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.StepOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tree of runs, for measuring and for breaking: each does one step that takes a time and charges
 * a budget; then a leaf counts 1, and any other spawns its children as one batch and counts what
 * they did. A child that did not succeed counts 0 and is named in the result of the step {@code
 * failed}, which stands in the journal only if there is one. A batch that is refused fails the run
 * with the bound that refused it.
 */
public final class TreeAgent implements Agent<TreeAgent.Input, Long> {
  /**
   * The tree below a run.
   *
   * @param fanOut children of each run that is no leaf, default 8
   * @param depth generations below this run, default 2; a leaf has 0
   * @param stepMs how long each run's step takes, default 100
   * @param charge what each run's step charges, by meter; default nothing
   */
  public record Input(
      @JsonProperty("fan_out") @Nullable Integer fanOut,
      @Nullable Integer depth,
      @JsonProperty("step_ms") @Nullable Integer stepMs,
      @Nullable Map<String, Long> charge) {}

  /** The children that did not succeed. */
  public record Failures(List<String> children) {}

  /** An input with its defaults. */
  private record Shape(int fanOut, int depth, int stepMs, Map<String, Long> charge) {
    static Shape of(Input input) {
      Inputs.required(input, "{\"fan_out\":8,\"depth\":2}");
      return new Shape(
          atLeast(1, "fan_out", input.fanOut(), 8),
          atLeast(0, "depth", input.depth(), 2),
          atLeast(0, "step_ms", input.stepMs(), 100),
          input.charge() == null ? Map.of() : input.charge());
    }

    private static int atLeast(int least, String field, @Nullable Integer value, int otherwise) {
      if (value != null && value < least) {
        throw new NonRetryableException(field + ": must be at least " + least + ", got " + value);
      }
      return value == null ? otherwise : value;
    }

    Input child() {
      return new Input(fanOut, depth - 1, stepMs, charge);
    }
  }

  @Override
  public String name() {
    return "tree";
  }

  @Override
  public Long run(RunContext run, Input input) {
    var shape = Shape.of(input);
    var charging = StepOptions.DEFAULT.charging(shape.charge());
    run.step("work", Boolean.class, charging, () -> work(run, shape));
    if (shape.depth() == 0) {
      return 1L;
    }
    var batch = Collections.nCopies(shape.fanOut(), new Spawn<>(AgentRef.of(this), shape.child()));
    return sum(run, run.awaitAll(run.spawnAll(batch)));
  }

  private static boolean work(RunContext run, Shape shape) throws InterruptedException {
    Thread.sleep(shape.stepMs());
    shape.charge().forEach(run::charge);
    return true;
  }

  private static long sum(RunContext run, List<ChildResult<Long>> results) {
    long sum = 0;
    var failed = new ArrayList<String>();
    for (var result : results) {
      switch (result) {
        case ChildResult.Succeeded<Long> child -> sum += child.output();
        case ChildResult.Failed<Long> child ->
            failed.add(child.child().runId() + " " + child.status() + " " + child.type());
        case ChildResult.Refused<Long> refused -> refused.get(); // throws: none was spawned
      }
    }
    if (!failed.isEmpty()) {
      // Declares that it charges nothing, so that it needs nothing to be left of a budget.
      var free = StepOptions.DEFAULT.charging("calls", 0);
      run.step("failed", Failures.class, free, () -> new Failures(failed));
    }
    return sum;
  }
}
