package dev.sluice.langchain4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.sluice.langchain4j.http.IdempotencyKey;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.trace.ModelCall;
import dev.sluice.sdk.trace.Operation;
import dev.sluice.testkit.TestKit;
import dev.sluice.testkit.TestRun;
import dev.sluice.testkit.TestRun.Status;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls of a model as steps. */
final class ModelStepsTest {
  private final ScriptedModel model = new ScriptedModel();

  private TestRun run(Doing.Code code) {
    return TestKit.of(new Doing(code)).submit("doing", "Say hello").run();
  }

  private TestRun ask(CallOptions options) {
    return run((run, input) -> DurableChat.of(run, model, options).model().chat(input));
  }

  private TestRun ask() {
    return ask(CallOptions.DEFAULT);
  }

  @Test
  void answersOnceAndChargesWhatTheProviderCounted() {
    model.says("Hello");

    var run = ask();

    assertThat(run.output(String.class)).isEqualTo("Hello");
    assertThat(run.charged()).isEqualTo(Map.of("tokens", 12L, "calls", 1L));
    assertThat(run.steps()).extracting(TestRun.Step::name).containsExactly("model");
    run.survivesCrashes();
    assertThat(model.requests).as("no journaled answer is asked for again").hasSize(1);
  }

  @Test
  void saysForTracesWhatWasAskedAndWhatItCost() {
    model.says("Hello");
    var described = new ArrayList<Operation>();

    run((run, input) -> DurableChat.of(recording(run, described), model).model().chat(input));

    assertThat(described).hasSize(2);
    var asked = (ModelCall) described.get(0);
    assertThat(asked.provider()).isEqualTo("other");
    assertThat(asked.answer()).isNull();
    var answered = (ModelCall) described.get(1);
    assertThat(answered.model()).isEqualTo(asked.model());
    assertThat(answered.usage()).isEqualTo(ModelCall.Usage.of(9L, 3L));
    assertThat(answered.answer())
        .isEqualTo(new ModelCall.Answer("scripted", "answer-1", List.of("stop")));
  }

  /** The same context, which also keeps what it was told for traces. */
  private static RunContext recording(RunContext run, List<Operation> described) {
    return (RunContext)
        Proxy.newProxyInstance(
            RunContext.class.getClassLoader(),
            new Class<?>[] {RunContext.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("describe")) {
                described.add((Operation) arguments[0]);
              }
              try {
                return method.invoke(run, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  @Test
  void emitsTheTokensOfAModelThatStreamsOnceAndNotInReplay() {
    model.says("Hello");

    var run =
        run(
            (context, input) -> {
              var chat = DurableChat.of(context, model.streaming(), CallOptions.DEFAULT);
              var text = chat.model().chat(input);
              context.sleep(java.time.Duration.ofHours(1));
              return text;
            });

    assertThat(run.output(String.class)).isEqualTo("Hello");
    assertThat(run.emitted())
        .extracting(one -> one.step() + ": " + new String(one.bytes(), UTF_8))
        .containsExactly("model: He", "model: llo");
    run.survivesCrashes();
  }

  @Test
  void keepsAllThatAnAnswerSays() {
    var said =
        AiMessage.builder()
            .text("Hello")
            .thinking("They greet")
            .toolExecutionRequests(ScriptedModel.toolCalls("look", "{\"at\":\"Ä\"}"))
            .attributes(Map.of("signature", "s1", "weights", List.of(0.5, 2)))
            .build();
    model.reply(request -> ScriptedModel.answer(said));
    var answers = new ArrayList<ChatResponse>();

    run((run, input) -> {
          answers.add(
              DurableChat.of(run, model)
                  .model("greet")
                  .chat(dev.langchain4j.data.message.UserMessage.from(input)));
          return "";
        })
        .survivesCrashes();

    assertThat(answers).hasSizeGreaterThan(3).containsOnly(ScriptedModel.answer(said));
  }

  @Test
  void waitsForALimitWithoutUsingUpATry() {
    model
        .fails(new RateLimitException("slow down"))
        .fails(new HttpException(429, "slower"))
        .says("Hello");

    var run = ask();

    assertThat(run.output(String.class)).isEqualTo("Hello");
    assertThat(run.attempts()).isEqualTo(1);
    assertThat(run.steps()).singleElement().extracting(TestRun.Step::tries).isEqualTo(1);
    assertThat(run.charged()).as("a refused call costs nothing").containsEntry("calls", 1L);
    run.survivesCrashes();
  }

  @Test
  void doesNotWaitForAQuotaThatIsSpent() {
    model.fails(
        new RateLimitException(new HttpException(429, "{\"code\":\"insufficient_quota\"}")));

    var run = ask(CallOptions.DEFAULT.trying(3));

    assertThat(run.status()).isEqualTo(Status.FAILED);
    assertThat(model.requests).hasSize(1);
  }

  @Test
  void triesAgainWhatMaySucceedAnotherTime() {
    model
        .fails(new InternalServerException("oops"))
        .fails(new HttpException(503, "busy"))
        .says("Hello");

    var run = ask(CallOptions.DEFAULT.trying(3));

    assertThat(run.output(String.class)).isEqualTo("Hello");
    assertThat(run.attempts()).isEqualTo(1);
  }

  @Test
  void givesUpAtOnceWhatIsRefused() {
    model.fails(new AuthenticationException(new HttpException(401, "wrong key")));

    var run = ask(CallOptions.DEFAULT.trying(3));

    assertThat(run.status()).isEqualTo(Status.FAILED);
    assertThat(run.error().orElseThrow().message()).contains("401", "wrong key");
    assertThat(model.requests).hasSize(1);
  }

  @Test
  void estimatesWhatNobodyCounted() {
    model.reply(request -> ChatResponse.builder().aiMessage(AiMessage.from("Hello!!")).build());

    assertThat(ask().charged()).containsEntry("tokens", (9 + 7) / 4 + 1L);
  }

  @Test
  void keepsAnAnswerThatCostMoreThanItDeclared() {
    model.reply(
        request ->
            ChatResponse.builder()
                .aiMessage(AiMessage.from("Hello"))
                .tokenUsage(new TokenUsage(9, 1_000))
                .build());

    var run =
        TestKit.of(
                new Doing(
                    (run1, input) ->
                        DurableChat.of(run1, model, CallOptions.DEFAULT.answering(10))
                            .model()
                            .chat(input)))
            .submit("doing", "Say hello")
            .budget("tokens", 100_000)
            .run();

    assertThat(run.output(String.class)).isEqualTo("Hello");
    assertThat(run.charged().getOrDefault("tokens", 0L))
        .as("what was declared")
        .isBetween(10L, 1_000L);
    run.survivesCrashes();
  }

  @Test
  void asksNothingThatTheBudgetHasNoRoomFor() {
    var kit =
        TestKit.of(
            new Doing(
                (run, input) -> {
                  try {
                    return DurableChat.of(run, model).model().chat(input);
                  } catch (BudgetExhaustedException spent) {
                    return "nothing left";
                  }
                }));

    var run = kit.submit("doing", "Say hello").budget("tokens", 100).run();

    assertThat(run.status()).isEqualTo(Status.BUDGET_EXHAUSTED);
    assertThat(run.output(String.class)).isEqualTo("nothing left");
    assertThat(model.requests).isEmpty();
  }

  @Test
  void givesTheModelTheKeyOfItsStep() {
    var keys = new ArrayList<String>();
    model.reply(
        request -> {
          keys.add(IdempotencyKey.current().orElseThrow());
          return ScriptedModel.answer(AiMessage.from("Hello"));
        });

    run(
        (run, input) -> {
          keys.add(run.idempotencyKey("model"));
          return DurableChat.of(run, model).model().chat(input);
        });

    assertThat(keys).hasSize(2).allMatch(keys.getFirst()::equals);
    assertThat(IdempotencyKey.current()).isEmpty();
  }

  @Test
  void handsOutTheTokensOfAStreamOnce() {
    model.says("Hello");
    var tokens = new ArrayList<String>();

    var run =
        run(
            (run1, input) ->
                DurableChat.of(run1, model.streaming(), tokens::add, CallOptions.DEFAULT)
                    .model()
                    .chat(input));

    assertThat(run.output(String.class)).isEqualTo("Hello");
    run.survivesCrashes();
    assertThat(tokens).as("nothing in replay").containsExactly("He", "llo");
  }

  @Test
  void chargesAnAnswerThatBrokeOffAndAsksAgain() {
    model
        .reply(request -> ChatResponse.builder().aiMessage(AiMessage.from("Hell")).build())
        .says("Hello");

    var run =
        run(
            (run1, input) ->
                DurableChat.of(run1, model.streaming(), token -> {}, CallOptions.DEFAULT.trying(2))
                    .model()
                    .chat(input));

    assertThat(run.output(String.class)).isEqualTo("Hello");
    assertThat(run.charged()).isEqualTo(Map.of("calls", 2L, "tokens", (9 + 4) / 4 + 1 + 12L));
    run.survivesCrashes();
  }

  @Test
  void takesAStreamThatNeverGivesAFinishReasonWhenToldSo() {
    model.reply(request -> ChatResponse.builder().aiMessage(AiMessage.from("Hello")).build());
    var options = CallOptions.DEFAULT.withoutFinishReason();

    var run =
        run(
            (run1, input) ->
                DurableChat.of(run1, model.streaming(), token -> {}, options).model().chat(input));

    assertThat(run.output(String.class)).isEqualTo("Hello");
    run.survivesCrashes();
  }
}
