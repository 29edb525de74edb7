package dev.sluice.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepOptions;
import dev.sluice.testkit.TestKit;
import dev.sluice.testkit.TestRun;
import dev.sluice.testkit.TestRun.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tools of a service as steps. */
final class DurableToolsTest {
  interface Assistant {
    String answer(String question);
  }

  interface StreamingAssistant {
    TokenStream answer(String question);
  }

  /** Three tools; each call of the first two waits until both are called. */
  static final class Tools {
    private final CountDownLatch both = new CountDownLatch(2);
    private final AtomicInteger tries = new AtomicInteger();

    @Tool
    String weather(String city) throws InterruptedException {
      return beside("rain in " + city);
    }

    @Tool
    int population(String city) throws InterruptedException {
      return beside(city.length());
    }

    @Tool
    String breaks(String city) {
      if (city.isEmpty()) {
        return "nothing to break";
      }
      throw new IllegalStateException("try " + tries.incrementAndGet() + " at " + city);
    }

    private <T> T beside(T result) throws InterruptedException {
      both.countDown();
      if (!both.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the other was not called beside this one");
      }
      return result;
    }
  }

  private final ScriptedModel model = new ScriptedModel();
  private final Tools tools = new Tools();

  private TestRun ask() {
    return run(
        (run, input) ->
            DurableChat.of(run, model)
                .services(Assistant.class, tools)
                .chatMemory(MessageWindowChatMemory.withMaxMessages(20))
                .build()
                .answer(input));
  }

  private static TestRun run(Doing.Code code) {
    return TestKit.of(new Doing(code)).submit("doing", "What of Bern?").run();
  }

  private List<String> told() {
    return model.requests.getLast().messages().stream()
        .filter(ToolExecutionResultMessage.class::isInstance)
        .map(message -> ((ToolExecutionResultMessage) message).text())
        .toList();
  }

  private static List<String> names(TestRun run) {
    return run.steps().stream().map(TestRun.Step::name).toList();
  }

  @Test
  void executesTheToolsOfAnAnswerBesideEachOther() {
    model
        .calls("weather", "{\"city\":\"Bern\"}", "population", "{\"city\":\"Bern\"}")
        .says("It rains on 4.");

    var run = ask();

    assertThat(run.output(String.class)).isEqualTo("It rains on 4.");
    assertThat(names(run))
        .containsExactlyInAnyOrder("model", "tool weather", "tool population", "model")
        .startsWith("model")
        .endsWith("model");
    assertThat(told()).containsExactly("rain in Bern", "4");
    run.survivesCrashes();
  }

  @Test
  void namesCallsOfOneToolApart() {
    model
        .calls("weather", "{\"city\":\"Bern\"}", "weather", "{\"city\":\"Rome\"}")
        .calls("weather", "{\"city\":\"Oslo\"}")
        .says("Rain.");

    var run = ask();

    assertThat(names(run))
        .containsExactlyInAnyOrder(
            "model", "tool weather", "tool weather 2", "model", "tool weather", "model");
    assertThat(told()).containsExactly("rain in Bern", "rain in Rome", "rain in Oslo");
    run.survivesCrashes();
  }

  @Test
  void tellsTheModelOfAToolThatFailedInItsLastTry() {
    model.calls("breaks", "{\"city\":\"Bern\"}").says("It is broken.");

    var run =
        run(
            (run1, input) -> {
              var chat = DurableChat.of(run1, model);
              return chat.services(Assistant.class)
                  .tools(chat.tools(StepOptions.DEFAULT.trying(2), tools))
                  .build()
                  .answer(input);
            });

    assertThat(run.output(String.class)).isEqualTo("It is broken.");
    assertThat(told()).containsExactly("try 2 at Bern");
    run.survivesCrashes();
  }

  @Test
  void tellsTheModelOfArgumentsThatDoNotFitAndDoesNotTryAgain() {
    model.calls("weather", "{\"city\":").says("Sorry.");

    var run =
        run(
            (run1, input) -> {
              var chat = DurableChat.of(run1, model);
              return chat.services(Assistant.class)
                  .tools(chat.tools(StepOptions.DEFAULT.trying(5), tools))
                  .build()
                  .answer(input);
            });

    assertThat(run.output(String.class)).isEqualTo("Sorry.");
    assertThat(run.steps())
        .filteredOn(step -> step.name().equals("tool weather"))
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.tries()).isEqualTo(1);
              assertThat(step.error()).isNotNull();
            });
    assertThat(told()).singleElement().asString().isNotBlank();
    run.survivesCrashes();
  }

  @Test
  void tellsTheModelOfAToolThatIsNotThere() {
    model.calls("breaks", "{\"city\":\"Bern\"}", "fly", "{}").says("I cannot.");

    var run = ask();

    assertThat(run.output(String.class)).isEqualTo("I cannot.");
    assertThat(told()).containsExactly("try 1 at Bern", "there is no tool named fly");
    run.survivesCrashes();
  }

  @Test
  void executesToolsOfAStreamedAnswer() {
    model
        .calls("weather", "{\"city\":\"Bern\"}", "population", "{\"city\":\"Bern\"}")
        .says("It rains on 4.");
    var tokens = new ArrayList<String>();

    var run =
        run(
            (run1, input) -> {
              var chat = DurableChat.of(run1, model.streaming(), token -> {}, CallOptions.DEFAULT);
              var answer = new AtomicReference<>("");
              dev.langchain4j.service.AiServices.builder(StreamingAssistant.class)
                  .streamingChatModel(chat.streamingModel())
                  .tools(chat.tools(tools))
                  .build()
                  .answer(input)
                  .onPartialResponse(tokens::add)
                  .onCompleteResponse(whole -> answer.set(whole.aiMessage().text()))
                  .onError(
                      failure -> {
                        throw new IllegalStateException(failure);
                      })
                  .start();
              return answer.get();
            });

    assertThat(run.output(String.class)).isEqualTo("It rains on 4.");
    assertThat(tokens).containsExactly("It rain", "s on 4.");
    run.survivesCrashes();
    assertThat(tokens).as("none in replay").hasSize(2);
  }

  @Test
  void keepsAMemoryInCheckpoints() {
    model.says("Hello Ada.").says("You are Ada.");

    var run =
        run(
            (run1, input) -> {
              var history = run1.restore(ChatHistory.class).orElse(ChatHistory.EMPTY);
              var memory = MessageWindowChatMemory.withMaxMessages(20);
              memory.add(List.<ChatMessage>copyOf(history.read()));
              var assistant =
                  DurableChat.of(run1, model).services(Assistant.class).chatMemory(memory).build();
              if (history.messages().isEmpty()) {
                assistant.answer("I am Ada.");
                run1.checkpoint(ChatHistory.of(memory.messages()));
              }
              return assistant.answer("Who am I?");
            });

    assertThat(run.output(String.class)).isEqualTo("You are Ada.");
    assertThat(model.requests.getLast().messages()).hasSize(3);
    run.survivesCrashes();
  }

  /** Tools that do what a step must not, or return what nobody can write. */
  static final class Odd {
    private final RunContext run;
    private final AtomicInteger calls = new AtomicInteger();

    Odd(RunContext run) {
      this.run = run;
    }

    @Tool
    String nap() {
      run.sleep(Duration.ofSeconds(1));
      return "rested";
    }

    @Tool
    Map<String, Object> circle() {
      calls.incrementAndGet();
      var circle = new HashMap<String, Object>();
      circle.put("itself", circle);
      return circle;
    }
  }

  @Test
  void givesTheEndOfTheBudgetToTheAgentAndNotToTheModel() {
    model.calls("breaks", "{\"city\":\"\"}", "breaks", "{\"city\":\"Bern\"}");
    var code =
        new Doing(
            (run, input) -> {
              var chat = DurableChat.of(run, model);
              var assistant =
                  chat.services(Assistant.class)
                      .tools(chat.tools(StepOptions.DEFAULT.charging("money", 50), tools))
                      .build();
              try {
                return assistant.answer(input);
              } catch (BudgetExhaustedException spent) {
                return "nothing left of " + spent.meter();
              }
            });

    var run = TestKit.of(code).submit("doing", "What of Bern?").budget("money", 10).run();

    assertThat(run.status()).isEqualTo(Status.BUDGET_EXHAUSTED);
    assertThat(run.output(String.class)).isEqualTo("nothing left of money");
    assertThat(model.requests).as("the model is not asked again").hasSize(1);
    run.survivesCrashes();
  }

  @Test
  void letsTheAgentAskAgainBehindTheEndOfTheBudget() {
    model.calls("breaks", "{\"city\":\"\"}").says("Half an answer");
    var code =
        new Doing(
            (run, input) -> {
              var chat = DurableChat.of(run, model);
              var assistant =
                  chat.services(Assistant.class)
                      .tools(chat.tools(StepOptions.DEFAULT.charging("money", 50), tools))
                      .build();
              try {
                return assistant.answer(input);
              } catch (BudgetExhaustedException spent) {
                return chat.model().chat("Sum up");
              }
            });

    var run = TestKit.of(code).submit("doing", "What of Bern?").budget("money", 10).run();

    assertThat(run.output(String.class)).isEqualTo("Half an answer");
    run.survivesCrashes();
  }

  @Test
  void failsARunWhoseToolCallsWhatAStepMustNot() {
    model.calls("nap", "{}");

    var run =
        run(
            (run1, input) ->
                DurableChat.of(run1, model)
                    .services(Assistant.class, new Odd(run1))
                    .build()
                    .answer(input));

    assertThat(run.status()).isEqualTo(Status.FAILED);
    assertThat(run.error().orElseThrow().message()).contains("sleep");
    assertThat(run.attempts()).isEqualTo(1);
    assertThat(model.requests).as("the model is not asked again").hasSize(1);
  }

  @Test
  void executesAToolOnceWhoseResultCannotBeWritten() {
    model.calls("circle", "{}").says("It goes round.");
    var calls = new AtomicInteger();

    var run =
        run(
            (run1, input) -> {
              var chat = DurableChat.of(run1, model);
              var odd = new Odd(run1);
              var answer =
                  chat.services(Assistant.class)
                      .tools(chat.tools(StepOptions.DEFAULT.trying(3), odd))
                      .build()
                      .answer(input);
              calls.addAndGet(odd.calls.get());
              return answer;
            });

    assertThat(run.output(String.class)).isEqualTo("It goes round.");
    assertThat(told()).singleElement().asString().contains("circle", "cannot be written");
    assertThat(calls).hasValue(1);
    run.survivesCrashes();
    assertThat(calls).as("nor in replay").hasValue(1);
  }

  @Test
  void leavesNoStepOpenWhenAHandlerThrows() {
    model.calls("breaks", "{\"city\":", "breaks", "{\"city\":\"\"}");

    var run =
        run(
            (run1, input) -> {
              var assistant =
                  DurableChat.of(run1, model)
                      .services(Assistant.class, tools)
                      .toolArgumentsErrorHandler(
                          (error, context) -> {
                            throw new IllegalStateException("the handler gives up");
                          })
                      .build();
              try {
                return assistant.answer(input);
              } catch (IllegalStateException e) {
                return "caught: " + e.getMessage();
              }
            });

    assertThat(run.output(String.class)).isEqualTo("caught: the handler gives up");
    assertThat(names(run))
        .containsExactlyInAnyOrder("model", "tool breaks", "tool breaks 2")
        .startsWith("model");
    run.survivesCrashes();
  }

  @Test
  void takesNamesOfToolsThatFitIntoAStepWithTheNumberOfTheCall() {
    var longest = "n".repeat(112);
    model.calls(longest, "{}", longest, "{\"again\":1}").says("Done.");

    var run =
        run(
            (run1, input) -> {
              var chat = DurableChat.of(run1, model);
              var durable = new DurableTools(run1);
              assertThatThrownBy(() -> durable.durable(named(longest + "n"), StepOptions.DEFAULT))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContaining("112");
              var tools =
                  List.<AiServiceTool>of(durable.durable(named(longest), StepOptions.DEFAULT));
              return chat.services(Assistant.class).tools(tools).build().answer(input);
            });

    assertThat(run.output(String.class)).isEqualTo("Done.");
    run.survivesCrashes();
  }

  private static AiServiceTool named(String name) {
    return AiServiceTool.builder()
        .toolSpecification(ToolSpecification.builder().name(name).build())
        .toolExecutor((request, memory) -> "done")
        .build();
  }
}
