package dev.sluice.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a call costs, in tokens: at most, probably, and in fact.
 *
 * @param most what it can cost. No tokenizer makes more tokens of a text than it has bytes, so this
 *     is a bound for requests of text. What an image costs its provider alone knows, from its
 *     pixels and not from its bytes: an amount is assumed for each
 */
record Cost(ChatRequest request, long most) {
  /** What chat templates add is less than this, beside what the JSON of a message adds. */
  private static final int TEMPLATE_TOKENS = 64;

  /** More than most providers count for an image in full detail. */
  private static final int IMAGE_TOKENS = 4_096;

  private static final int BYTES_PER_TOKEN = 4;

  static Cost of(ChatRequest request, int mostOutputTokens) {
    Integer asked = request.maxOutputTokens();
    long most =
        bytes(ChatMessageSerializer.messagesToJson(request.messages()))
            + request.messages().stream().flatMap(Messages::images).mapToLong(Cost::ofImage).sum()
            + bytesOf(request.toolSpecifications())
            + bytesOf(request.responseFormat())
            + TEMPLATE_TOKENS
            + (asked == null ? mostOutputTokens : asked);
    return new Cost(request, most);
  }

  /** What the endpoint counted; if it did not, what is likely. */
  long of(ChatResponse response) {
    TokenUsage usage = response.tokenUsage();
    Integer total = usage == null ? null : usage.totalTokenCount();
    return total == null ? likely(text(response.aiMessage())) : total;
  }

  /** What the question and this much of an answer probably cost, where nobody tells. */
  long likely(String answered) {
    var asked = request.messages().stream().map(Cost::text).collect(Collectors.joining());
    return Math.min((bytes(asked) + bytes(answered)) / BYTES_PER_TOKEN + 1, most);
  }

  private static String text(ChatMessage message) {
    return switch (message) {
      case SystemMessage system -> system.text();
      case UserMessage user -> text(user.contents());
      case AiMessage ai -> orEmpty(ai.text()) + ai.toolExecutionRequests();
      case ToolExecutionResultMessage result -> text(result.contents());
      default -> String.valueOf(message);
    };
  }

  private static String text(List<Content> contents) {
    return contents.stream()
        .filter(TextContent.class::isInstance)
        .map(content -> ((TextContent) content).text())
        .collect(Collectors.joining());
  }

  /** In place of its data, which stands in the JSON as it is. */
  private static long ofImage(Image image) {
    var data = image.base64Data();
    return IMAGE_TOKENS - (data == null ? 0L : data.length());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static long bytesOf(@Nullable Object told) {
    return told == null ? 0 : bytes(told.toString());
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
