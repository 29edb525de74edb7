package dev.sluice.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.sluice.langchain4j.http.IdempotencyKey;
import dev.sluice.sdk.RunContext;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Calls of a model as steps of a run, each of which charges what it cost. */
final class ModelCalls {
  /** Asks the model itself; blocks until it has answered. */
  @FunctionalInterface
  interface Asked {
    /**
     * Asks once.
     *
     * @param parts is told what comes, as it comes
     * @throws Exception as {@link Failures} says
     */
    ChatResponse ask(Cost cost, Consumer<String> parts) throws Exception;
  }

  private final RunContext run;
  private final Asked model;
  private final ModelProvider provider;
  private final CallOptions options;

  ModelCalls(RunContext run, Asked model, ModelProvider provider, CallOptions options) {
    this.run = run;
    this.model = model;
    this.provider = provider;
    this.options = options;
  }

  /** The model's answer, or the one that was journaled. */
  ChatResponse call(String step, ChatRequest request, Consumer<String> parts) {
    var cost = Cost.of(request, options.mostOutputTokens());
    var answer =
        run.step(
            step,
            JournaledAnswer.class,
            options.step(cost.most()),
            () -> IdempotencyKey.during(run.idempotencyKey(step), () -> ask(cost, parts)));
    return answer.response();
  }

  private JournaledAnswer ask(Cost cost, Consumer<String> parts) throws Exception {
    var described = Described.call(provider, cost.request());
    run.describe(described);
    try {
      var response = model.ask(cost, parts);
      run.describe(Described.answered(described, response));
      charge(cost.of(response), cost);
      return JournaledAnswer.of(response);
    } catch (BrokenAnswerException broken) {
      charge(broken.tokens(), cost);
      throw broken;
    }
  }

  /** An answer that cost more than was declared has been paid for all the same, and is kept. */
  private void charge(long tokens, Cost cost) {
    run.charge(options.calls(), 1);
    boolean isMore = tokens > cost.most() && run.budget().meter(options.tokens()).isPresent();
    if (isMore) {
      run.logger()
          .log(Level.WARNING, "an answer cost {0} tokens, declared {1}", tokens, cost.most());
    }
    run.charge(options.tokens(), isMore ? cost.most() : tokens);
  }
}
