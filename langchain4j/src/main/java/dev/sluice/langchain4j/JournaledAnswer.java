package dev.sluice.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model's answer as the journal keeps it. Its components' names are the format; what a provider
 * adds to a response beyond them is not kept.
 *
 * @param message see {@link Messages}
 * @param finishReason a constant of {@link FinishReason}; null if the model gave none
 */
record JournaledAnswer(
    Map<String, @Nullable Object> message,
    @Nullable String finishReason,
    @Nullable Integer inputTokens,
    @Nullable Integer outputTokens,
    @Nullable Integer totalTokens,
    @Nullable String id,
    @Nullable String modelName) {

  static JournaledAnswer of(ChatResponse response) {
    TokenUsage usage = response.tokenUsage();
    FinishReason finish = response.finishReason();
    return new JournaledAnswer(
        Messages.write(response.aiMessage()),
        finish == null ? null : finish.name(),
        usage == null ? null : usage.inputTokenCount(),
        usage == null ? null : usage.outputTokenCount(),
        usage == null ? null : usage.totalTokenCount(),
        response.id(),
        response.modelName());
  }

  @SuppressWarnings("NullAway") // LangChain4j takes null for what is not known, and does not say so
  ChatResponse response() {
    var response =
        ChatResponse.builder()
            .aiMessage((AiMessage) Messages.read(message))
            .id(id)
            .modelName(modelName);
    if (inputTokens != null || outputTokens != null || totalTokens != null) {
      response.tokenUsage(new TokenUsage(inputTokens, outputTokens, totalTokens));
    }
    if (finishReason != null) {
      response.finishReason(finish(finishReason));
    }
    return response.build();
  }

  private static FinishReason finish(String name) {
    return Stream.of(FinishReason.values())
        .filter(known -> known.name().equals(name))
        .findFirst()
        .orElse(FinishReason.OTHER);
  }
}
