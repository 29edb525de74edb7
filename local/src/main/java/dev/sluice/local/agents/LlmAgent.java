package dev.sluice.local.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.local.model.BrokenAnswerException;
import dev.sluice.local.model.Endpoint;
import dev.sluice.local.model.Model;
import dev.sluice.local.model.OpenAiModel;
import dev.sluice.local.model.Question;
import dev.sluice.runner.Agent;
import dev.sluice.runner.NonRetryableException;
import dev.sluice.runner.RunContext;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model at an OpenAI-compatible endpoint and gives its text back.
 *
 * <p>The call is one durable step without tries of its own: when the model fails or its answer
 * breaks off the whole run is tried again later, and holds no slot until then. A limit (429) is
 * waited for as long as the endpoint says, and costs no attempt. What an answer cost is charged to
 * {@code tokens} and {@code calls}, also when it broke off.
 */
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
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final String STEP = "model";

  private final UnaryOperator<@Nullable String> environment;
  private volatile @Nullable Model model;

  public LlmAgent() {
    this(System::getenv);
  }

  /** Reads the endpoint from {@code environment}. */
  public LlmAgent(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  @Override
  public String name() {
    return "llm";
  }

  @Override
  public String run(RunContext run, Input input) {
    var question = question(run, input);
    return run.step(STEP, TIMEOUT, () -> ask(run, question));
  }

  private static Question question(RunContext run, Input input) {
    if (input.prompt() == null || input.prompt().isEmpty()) {
      throw new NonRetryableException("prompt: required");
    }
    int maxTokens = input.maxTokens() == null ? DEFAULT_MAX_TOKENS : input.maxTokens();
    if (maxTokens < 1) {
      throw new NonRetryableException("max_tokens: must be at least 1, got " + maxTokens);
    }
    return new Question(input.prompt(), input.model(), maxTokens, run.idempotencyKey(STEP));
  }

  private String ask(RunContext run, Question question) throws IOException, InterruptedException {
    try {
      var answer = model().ask(question);
      charge(run, answer.tokens());
      return answer.text();
    } catch (BrokenAnswerException broken) {
      charge(run, broken.tokens());
      throw broken;
    }
  }

  private static void charge(RunContext run, long tokens) {
    run.charge("tokens", tokens);
    run.charge("calls", 1);
  }

  /** Made at its first use: a runner without an endpoint serves the other agents all the same. */
  private Model model() {
    var known = model;
    if (known == null) {
      known = new OpenAiModel(Endpoint.from(environment));
      model = known;
    }
    return known;
  }
}
