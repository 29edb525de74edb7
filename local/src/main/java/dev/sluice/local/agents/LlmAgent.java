package dev.sluice.local.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.local.model.Models;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.RunContext;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Asks a model at an OpenAI-compatible endpoint and returns its text. */
public final class LlmAgent implements Agent<LlmAgent.Input, String> {
  /**
   * What to ask.
   *
   * @param model which model; default OPENAI_MODEL of the runner's environment
   * @param maxTokens most tokens of the answer, default 1,024
   */
  public record Input(
      @Nullable String prompt,
      @Nullable String model,
      @JsonProperty("max_tokens") @Nullable Integer maxTokens) {}

  private static final int DEFAULT_MAX_TOKENS = 1_024;
  private static final String STEP = "model";

  private final ModelSteps model;

  public LlmAgent() {
    this(System::getenv);
  }

  /** Reads the endpoint from {@code environment}. */
  public LlmAgent(UnaryOperator<@Nullable String> environment) {
    this.model = new ModelSteps(Models.endpoint(environment));
  }

  @Override
  public String name() {
    return "llm";
  }

  @Override
  public RetryPolicy retryPolicy() {
    return ModelSteps.ATTEMPTS;
  }

  @Override
  public String run(RunContext run, Input input) {
    return model.ask(run, STEP, question(input));
  }

  private static ModelSteps.Question question(Input input) {
    Inputs.required(input, "{\"prompt\":\"Hello\"}");
    if (input.prompt() == null || input.prompt().isEmpty()) {
      throw new NonRetryableException("prompt: required");
    }
    int maxTokens = input.maxTokens() == null ? DEFAULT_MAX_TOKENS : input.maxTokens();
    if (maxTokens < 1) {
      throw new NonRetryableException("max_tokens: must be at least 1, got " + maxTokens);
    }
    return new ModelSteps.Question(input.prompt(), input.model(), maxTokens);
  }
}
