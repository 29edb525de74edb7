package dev.sluice.local.agents;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.sluice.local.model.Models;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.RunContext;
import java.util.function.Supplier;

/** Answers one question of a {@link ResearchAgent}, as its child. */
public final class ResearchQuestionAgent
    implements Agent<ResearchQuestionAgent.Input, ResearchAgent.Finding> {
  /** What to answer, and what it is about. */
  public record Input(String topic, String question) {}

  private static final String NAME = "research-question";

  /** How other agents call it. */
  static final AgentRef<Input, ResearchAgent.Finding> REF =
      AgentRef.of(NAME, Input.class, ResearchAgent.Finding.class);

  private static final int MAX_TOKENS = 400;
  private static final String STEP = "answer";

  private final ModelSteps model;

  public ResearchQuestionAgent() {
    this(Models.endpointOrBuiltIn(System::getenv));
  }

  /** Asks the model given. */
  public ResearchQuestionAgent(Supplier<StreamingChatModel> model) {
    this.model = new ModelSteps(model);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public RetryPolicy retryPolicy() {
    return ModelSteps.ATTEMPTS;
  }

  @Override
  public ResearchAgent.Finding run(RunContext run, Input input) {
    Inputs.required(input, "{\"topic\":\"tea\",\"question\":\"Who drinks it?\"}");
    var prompt = "In research on \"%s\": %s".formatted(input.topic(), input.question());
    var question = new ModelSteps.Question(prompt, null, MAX_TOKENS);
    return new ResearchAgent.Finding(input.question(), model.askThriftily(run, STEP, question));
  }
}
