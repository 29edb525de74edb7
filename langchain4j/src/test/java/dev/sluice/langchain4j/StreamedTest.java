package dev.sluice.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a streamed answer when its step is stopped, or the answer breaks off. */
final class StreamedTest {
  private static final Cost COST =
      Cost.of(ChatRequest.builder().messages(UserMessage.from("Say hello")).build(), 100);

  private final List<String> shown = new ArrayList<>();
  private final Streamed streamed = new Streamed(shown::add, true);
  private final Handle handle = new Handle();

  private static final class Handle implements StreamingHandle {
    private boolean cancelled;

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }

  private void part(String text) {
    streamed.onPartialResponse(new PartialResponse(text), new PartialResponseContext(handle));
  }

  @AfterEach
  void goOn() {
    Thread.interrupted();
  }

  @Test
  void givesAnAnswerThatIsThereToAThreadThatWasInterrupted() throws Exception {
    streamed.onCompleteResponse(ScriptedModel.answer(AiMessage.from("Hello")));

    Thread.currentThread().interrupt();

    assertThat(streamed.await(COST).aiMessage().text()).isEqualTo("Hello");
    assertThat(Thread.currentThread().isInterrupted()).as("its record follows").isFalse();
  }

  static Stream<Consumer<Streamed>> produced() {
    var request = ScriptedModel.toolCalls("look", "12345678").getFirst();
    var part = PartialToolCall.builder().index(0).name("look").partialArguments("12345678");
    return Stream.of(
        streamed -> streamed.onPartialResponse("twelve bytes"),
        streamed -> streamed.onPartialThinking(new PartialThinking("twelve bytes")),
        streamed -> streamed.onPartialToolCall(part.build()),
        streamed -> streamed.onCompleteToolCall(new CompleteToolCall(0, request)),
        streamed -> {
          streamed.onPartialToolCall(part.build());
          streamed.onCompleteToolCall(new CompleteToolCall(0, request));
        });
  }

  @ParameterizedTest
  @MethodSource("produced")
  void estimatesWhatCameBeforeAnInterrupt(Consumer<Streamed> model) {
    model.accept(streamed);

    Thread.currentThread().interrupt();

    assertThat(broken().tokens()).isEqualTo((9 + 12) / 4 + 1);
  }

  @ParameterizedTest
  @MethodSource("produced")
  void estimatesWhatCameBeforeAFailure(Consumer<Streamed> model) {
    model.accept(streamed);
    streamed.onError(new IllegalStateException("gone"));

    assertThat(broken()).hasMessageContaining("gone");
    assertThat(broken().tokens()).isEqualTo((9 + 12) / 4 + 1);
  }

  private BrokenAnswerException broken() {
    return catchThrowableOfType(BrokenAnswerException.class, () -> streamed.await(COST));
  }

  @Test
  void isNothingButInterruptedWhenNothingCame() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> streamed.await(COST)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void endsTheStreamAtAnInterrupt() {
    part("Hel");

    Thread.currentThread().interrupt();

    assertThat(broken()).isNotNull();
    assertThat(handle.isCancelled()).isTrue();
  }

  @Test
  void endsAStreamWhoseFirstPartComesBehindTheInterrupt() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> streamed.await(COST)).isInstanceOf(InterruptedException.class);

    part("Hel");

    assertThat(handle.isCancelled()).isTrue();
    assertThat(shown).as("the next try's parts may come meanwhile").isEmpty();
  }

  @Test
  void takesNoFinishReasonForAnAnswerThatBrokeOffUnlessToldOtherwise() throws Exception {
    var unfinished = ChatResponse.builder().aiMessage(AiMessage.from("Hello")).build();
    streamed.onCompleteResponse(unfinished);
    var lenient = new Streamed(shown::add, false);
    lenient.onCompleteResponse(unfinished);

    assertThat(broken()).hasMessageContaining("finish_reason");
    assertThat(lenient.await(COST)).isEqualTo(unfinished);
  }
}
