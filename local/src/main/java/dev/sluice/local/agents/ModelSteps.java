package dev.sluice.local.agents;

import dev.sluice.local.model.BrokenAnswerException;
import dev.sluice.local.model.Model;
import dev.sluice.local.model.Question;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * Calls of a model as durable steps. Each declares the most that it can cost and charges what it
 * did cost to {@code tokens} and {@code calls}, also when the answer broke off.
 *
 * <p>A step has one try: when the model fails the whole run is tried again later, by its retry
 * policy, and holds no slot until then. A limit (429) is waited for as long as the endpoint says,
 * and costs no attempt.
 */
final class ModelSteps {
  /** Pauses of a second, two, four, … by the gate: a minute's outage of a model fails no run. */
  static final RetryPolicy ATTEMPTS = RetryPolicy.of(7);

  private static final String TOKENS = "tokens";
  private static final String CALLS = "calls";
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final Supplier<Model> model;

  ModelSteps(Supplier<Model> model) {
    this.model = model;
  }

  /** The answer's text. */
  String ask(RunContext run, String step, Question question) {
    return step(run, step, question, () -> call(run, question));
  }

  /** The same, but half as long when the budget of the run's tree is low. */
  String askThriftily(RunContext run, String step, Question question) {
    // What is left differs between epochs, so it is looked at inside the step.
    return step(
        run,
        step,
        question,
        () -> call(run, run.budget().isLow() ? question.halfAsLong() : question));
  }

  private static String step(
      RunContext run, String step, Question question, Callable<String> body) {
    var options =
        StepOptions.DEFAULT
            .within(TIMEOUT)
            .charging(Map.of(TOKENS, question.mostTokens(), CALLS, 1L));
    return run.step(step, String.class, options, body);
  }

  private String call(RunContext run, Question question) throws IOException, InterruptedException {
    try {
      var answer = model.get().ask(question);
      charge(run, answer.tokens());
      return answer.text();
    } catch (BrokenAnswerException broken) {
      charge(run, broken.tokens());
      throw broken;
    }
  }

  private static void charge(RunContext run, long tokens) {
    run.charge(TOKENS, tokens);
    run.charge(CALLS, 1);
  }
}
