package dev.sluice.local.model;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for a model: takes its time, word by word, counts its tokens, and always gives the
 * same answer to the same prompt. It writes as many lines as the prompt asks for ("in 4 lines"),
 * about the words that the prompt has in double quotes.
 */
public final class BuiltInModel implements StreamingChatModel {
  private static final Duration THINKING = Duration.ofMillis(300);
  private static final Pattern LINES = Pattern.compile("in (\\d{1,3}) lines");
  private static final Pattern SUBJECT = Pattern.compile("\"([^\"]*)\"");
  private static final List<String> QUESTIONS =
      List.of(
          "What is known about %s?",
          "Who depends on %s?",
          "What does %s cost?",
          "What could replace %s?",
          "What goes wrong with %s?",
          "Where does %s come from?");
  private static final List<String> STATEMENTS =
      List.of(
          "The sources on %s agree in the main.",
          "Little has been written on %s.",
          "What was measured on %s speaks for it.",
          "Opinions on %s differ.");

  private final Duration thinking;

  public BuiltInModel() {
    this(THINKING);
  }

  public BuiltInModel(Duration thinking) {
    this.thinking = thinking;
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    try {
      var answer = answer(request);
      var words = answer.aiMessage().text().split("(?<=\\s)", -1);
      for (var word : words) {
        Thread.sleep(thinking.dividedBy(words.length));
        handler.onPartialResponse(word);
      }
      handler.onCompleteResponse(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      handler.onError(e);
    }
  }

  private static ChatResponse answer(ChatRequest request) {
    var prompt = ((UserMessage) request.messages().getLast()).singleText();
    var lines = LINES.matcher(prompt);
    int count = lines.find() ? Integer.parseInt(lines.group(1)) : 1;
    var quoted = SUBJECT.matcher(prompt);
    var subject = quoted.find() ? quoted.group(1) : "this";
    var templates = prompt.contains("questions") ? QUESTIONS : STATEMENTS;
    int first = Math.floorMod(prompt.hashCode(), templates.size());
    var text =
        IntStream.range(first, first + count)
            .mapToObj(line -> templates.get(line % templates.size()).formatted(subject))
            .collect(Collectors.joining("\n"));
    return cut(prompt, text, request.maxOutputTokens());
  }

  /** Ends in mid-sentence where the tokens do, as models do. */
  private static ChatResponse cut(String prompt, String text, @Nullable Integer maxTokens) {
    int most = maxTokens == null ? text.length() : Math.min(text.length(), 4 * maxTokens);
    var said = text.substring(0, most);
    return ChatResponse.builder()
        .aiMessage(AiMessage.from(said))
        .finishReason(most < text.length() ? FinishReason.LENGTH : FinishReason.STOP)
        .tokenUsage(new TokenUsage(prompt.length() / 4 + 1, said.length() / 4 + 1))
        .build();
  }
}
