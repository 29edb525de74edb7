package dev.sluice.local.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.contract.Bounds;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunContext;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Executes steps of a given duration, and writes to a file which step ran where. A body interrupted
 * by a kill leaves no line.
 */
public final class ProbeAgent implements Agent<ProbeAgent.Input, ProbeAgent.Output> {
  /**
   * What to do.
   *
   * @param steps how many, default 20
   * @param stepMs how long each takes, default 200
   * @param log the file that gets a line for each execution of a body; below the directory in
   *     {@code SLUICE_PROBE_DIR}
   * @param failAt the step whose body fails for good
   * @param payloadBytes size of each step's result
   * @param exhaustAt the step whose body takes all of the worker's memory
   */
  public record Input(
      @Nullable Integer steps,
      @JsonProperty("step_ms") @Nullable Integer stepMs,
      @Nullable String log,
      @JsonProperty("fail_at") @Nullable Integer failAt,
      @JsonProperty("payload_bytes") @Nullable Integer payloadBytes,
      @JsonProperty("exhaust_at") @Nullable Integer exhaustAt) {}

  /** How many steps there were. */
  public record Output(int steps) {}

  private static final int DEFAULT_STEPS = 20;
  private static final int DEFAULT_STEP_MS = 200;
  private static final int CHUNK = 1_000_000;

  private final ProbeDir dir;

  public ProbeAgent() {
    this(ProbeDir.ofProcess());
  }

  ProbeAgent(ProbeDir dir) {
    this.dir = dir;
  }

  @Override
  public String name() {
    return "probe";
  }

  @Override
  public Output run(RunContext run, Input input) {
    check(Inputs.required(input, "{\"steps\":20,\"step_ms\":200}"));
    var log = input.log() == null ? null : dir.file(input.log());
    int steps = input.steps() == null ? DEFAULT_STEPS : input.steps();
    for (int step = 1; step <= steps; step++) {
      int number = step;
      run.step("step-" + step, String.class, () -> execute(run, input, log, number));
    }
    return new Output(steps);
  }

  private static void check(Input input) {
    int bytes = input.payloadBytes() == null ? 0 : input.payloadBytes();
    if (bytes < 0 || bytes > Bounds.VALUE_BYTES) {
      throw new NonRetryableException(
          "payload_bytes must be 0 to " + Bounds.VALUE_BYTES + ", got " + bytes);
    }
    if (input.stepMs() != null && input.stepMs() < 0) {
      throw new NonRetryableException("step_ms must not be negative, got " + input.stepMs());
    }
  }

  private static String execute(RunContext run, Input input, @Nullable Path log, int step)
      throws IOException, InterruptedException {
    long start = System.currentTimeMillis();
    Thread.sleep(input.stepMs() == null ? DEFAULT_STEP_MS : input.stepMs());
    if (input.failAt() != null && input.failAt() == step) {
      throw new NonRetryableException("step " + step + " was told to fail");
    }
    if (input.exhaustAt() != null && input.exhaustAt() == step) {
      exhaust();
    }
    if (log != null) {
      var line =
          "%s %d %d %s %d %d%n"
              .formatted(
                  run.runId(),
                  step,
                  run.epoch(),
                  run.workerId(),
                  start,
                  System.currentTimeMillis());
      ProbeDir.append(log, line);
    }
    return "x".repeat(input.payloadBytes() == null ? 0 : input.payloadBytes());
  }

  /** What an agent does that reads too much: the process ends, with whatever else it executes. */
  private static void exhaust() {
    Object taken = "";
    while (true) {
      taken = new Object[] {taken, new long[CHUNK]};
    }
  }
}
