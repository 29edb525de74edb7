package dev.sluice.local.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;

/** Waits as long as a model would have, and charges its tokens. */
public final class TraceAgent implements Agent<TraceAgent.Input, TraceAgent.Output> {
  /** A request of a trace. */
  public record Input(
      @JsonProperty("model_ms") long modelMs,
      @JsonProperty("prompt_tokens") long promptTokens,
      @JsonProperty("output_tokens") long outputTokens) {}

  /** What it charged. */
  public record Output(long tokens) {}

  @Override
  public String name() {
    return "trace";
  }

  @Override
  public Output run(RunContext run, Input input) {
    Inputs.required(input, "{\"model_ms\":5,\"prompt_tokens\":1}");
    long tokens = input.promptTokens() + input.outputTokens();
    String answered =
        run.step(
            "model",
            String.class,
            () -> {
              Thread.sleep(input.modelMs());
              run.charge("tokens", tokens);
              return "answered";
            });
    run.step("deliver", String.class, () -> answered);
    return new Output(tokens);
  }
}
