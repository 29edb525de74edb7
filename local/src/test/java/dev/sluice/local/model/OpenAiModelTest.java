package dev.sluice.local.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.sluice.langchain4j.http.IdempotencyKey;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RetryLaterException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiModelTest {
  private static final ChatRequest QUESTION =
      ChatRequest.builder().messages(UserMessage.from("Say hello")).maxOutputTokens(50).build();
  private static final Instant NOW = Instant.parse("2020-01-01T12:00:00Z");

  private final ModelServer server = new ModelServer();
  private final Endpoint endpoint = new Endpoint(server.url(), "secret-key", "small");
  private final OpenAiModel model = new OpenAiModel(endpoint, () -> NOW);

  /** What the model told, in the thread that asked it. */
  private static class Heard implements StreamingChatResponseHandler {
    private final List<String> parts = new ArrayList<>();
    private final List<PartialToolCall> toolCalls = new ArrayList<>();
    private @Nullable ChatResponse whole;
    private @Nullable Throwable failure;

    @Override
    public void onPartialResponse(String part) {
      parts.add(part);
    }

    @Override
    public void onPartialToolCall(PartialToolCall call) {
      toolCalls.add(call);
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      whole = response;
    }

    /** What it told first. */
    @Override
    public void onError(Throwable error) {
      failure = failure == null ? error : failure;
    }

    Throwable failure() {
      return Objects.requireNonNull(failure);
    }
  }

  private Heard ask() {
    var heard = new Heard();
    model.chat(QUESTION, heard);
    return heard;
  }

  private Throwable failure() {
    return ask().failure();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void joinsTheStreamedPartsAndCountsTheUsage() throws Exception {
    server.reply(ModelServer.answer(9, 3, "Hel", "lo", " Wörld"));

    var heard = ask();

    assertThat(heard.parts).containsExactly("Hel", "lo", " Wörld");
    var whole = Objects.requireNonNull(heard.whole);
    assertThat(whole.aiMessage().text()).isEqualTo("Hello Wörld");
    assertThat(whole.tokenUsage().totalTokenCount()).isEqualTo(12);
    assertThat(whole.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void tellsOfToolCallsInPartsForTheEstimateOfABrokenAnswer() {
    server.reply(ModelServer.toolCalls("look", "{\"at\":1}"));

    assertThat(ask().toolCalls)
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.name()).isEqualTo("look");
              assertThat(call.partialArguments()).isEqualTo("{\"at\":1}");
            });
  }

  @Test
  void asksForAStreamWithItsUsageUnderOneKey() throws Exception {
    server.reply(ModelServer.answer(1, 1, "x"));

    IdempotencyKey.during("acme/r1/1/model", this::ask);

    var request = server.requests().getFirst();
    assertThat(request.path()).isEqualTo("/v1/chat/completions");
    assertThat(request.headers())
        .containsEntry("Authorization", List.of("Bearer secret-key"))
        .containsEntry("Idempotency-key", List.of("acme/r1/1/model"));
    var body = new JsonMapper().readTree(request.body());
    assertThat(body.path("model").asText()).isEqualTo("small");
    assertThat(body.path("stream").asBoolean()).isTrue();
    assertThat(body.path("stream_options").path("include_usage").asBoolean()).isTrue();
    assertThat(body.path("max_tokens").asInt()).isEqualTo(50);
    assertThat(body.path("messages").path(0).path("content").asText()).isEqualTo("Say hello");
  }

  @Test
  void waitsAsManySecondsAsItIsTold() {
    server.reply(ModelServer.refuse(429, Map.of("Retry-After", "7"), "{}"));

    var later = (RetryLaterException) failure();

    assertThat(later.after()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void waitsUntilTheDateItIsTold() {
    server.reply(
        exchange -> {
          var until = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(90);
          var date = DateTimeFormatter.RFC_1123_DATE_TIME.format(until);
          ModelServer.refuse(429, Map.of("Retry-After", date), "{}").to(exchange);
        });

    var later = (RetryLaterException) failure();

    // Counted from the date of the answer, not from this model's clock, which stands at noon.
    assertThat(later.after()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(91));
  }

  @Test
  void doesNotWaitForAQuotaThatIsSpent() {
    server.reply(
        ModelServer.refuse(
            429,
            Map.of(),
            "{\"error\":{\"message\":\"You exceeded your"
                + " quota\",\"code\":\"insufficient_quota\"}}"));

    assertThat(failure())
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("You exceeded your quota");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 408})
  void maySucceedAnotherTimeAfterAFailureOfTheServer(int status) throws Exception {
    server.reply(ModelServer.refuse(status, Map.of(), "oops"));
    server.reply(ModelServer.answer(1, 1, "fine"));

    assertThat(failure())
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining(status + "")
        .hasMessageContaining("oops");
    assertThat(ask().parts).containsExactly("fine");
    assertThat(server.requests()).as("no tries of the client's own").hasSize(2);
  }

  @Test
  void namesTheVariableOfARefusedKeyAndKeepsTheKey() {
    server.reply(
        ModelServer.refuse(401, Map.of(), "{\"error\":{\"message\":\"Incorrect API key\"}}"));

    assertThat(failure())
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("OPENAI_API_KEY")
        .hasMessageContaining("Incorrect API key")
        .message()
        .doesNotContain("secret-key");
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 404, 422})
  void doesNotRepeatARequestThatIsRefused(int status) {
    server.reply(ModelServer.refuse(status, Map.of(), "{\"error\":\"no such model\"}"));

    assertThat(failure())
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("no such model");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
  void endsAtCausesThatAreACircle() {
    server.reply(ModelServer.answer(1, 1, "x"));
    var inner = new IllegalStateException("inner");
    var outer = new IllegalStateException("outer", inner);
    inner.initCause(outer);
    var heard =
        new Heard() {
          @Override
          public void onPartialResponse(String part) {
            throw outer;
          }
        };

    model.chat(QUESTION, heard);

    assertThat(heard.failure()).isExactlyInstanceOf(IOException.class).hasMessageContaining("er");
  }

  @Test
  void maySucceedAnotherTimeWhenNobodyListens() {
    server.close();

    assertThat(failure())
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining(endpoint.baseUrl().toString());
  }

  @Test
  void givesUpASlowAnswerWhenItsThreadIsInterrupted() throws Exception {
    server.reply(server.stall("Hel"));
    var interrupted = new CompletableFuture<Boolean>();
    var asking =
        Thread.ofVirtual()
            .start(
                () -> {
                  ask();
                  interrupted.complete(Thread.currentThread().isInterrupted());
                });
    server.awaitStalled();

    asking.interrupt();

    assertThat(interrupted.get(30, TimeUnit.SECONDS)).as("its thread still knows").isTrue();
  }

  @Test
  void namesEveryVariableThatIsMissing() {
    assertThatThrownBy(() -> Endpoint.from(name -> null))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("OPENAI_BASE_URL")
        .hasMessageContaining("OPENAI_API_KEY");
  }

  @Test
  void namesTheVariableThatIsNoAddress() {
    var environment = Map.of("OPENAI_BASE_URL", "localhost:11434", "OPENAI_API_KEY", "x");

    assertThatThrownBy(() -> Endpoint.from(environment::get))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("OPENAI_BASE_URL")
        .hasMessageContaining("localhost:11434");
  }

  @Test
  void showsAnEndpointWithoutItsKey() {
    assertThat(new Endpoint(URI.create("http://h/v1"), "secret-key", "m").toString())
        .isEqualTo("http://h/v1 (m)");
  }
}
