package dev.sluice.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.sluice.sdk.trace.ModelCall;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Calls of models in the words of traces. */
final class Described {
  private static final String UNKNOWN = "unknown";

  private Described() {}

  /** A call that is about to be made. */
  static ModelCall call(ModelProvider provider, ChatRequest request) {
    @Nullable String model = request.modelName();
    return ModelCall.of(name(provider), model == null ? UNKNOWN : model)
        .atMost(request.maxOutputTokens());
  }

  /** The same call, answered. */
  static ModelCall answered(ModelCall call, ChatResponse response) {
    var finish = response.finishReason();
    var usage = response.tokenUsage();
    return call.answered(
        new ModelCall.Answer(
            response.modelName(),
            response.id(),
            finish == null ? List.of() : List.of(finish.name().toLowerCase(Locale.ROOT))),
        usage == null
            ? null
            : ModelCall.Usage.of(whole(usage.inputTokenCount()), whole(usage.outputTokenCount())));
  }

  private static @Nullable Long whole(@Nullable Integer count) {
    return count == null ? null : Long.valueOf(count);
  }

  /** As OpenTelemetry's conventions name it, where they do. */
  private static String name(ModelProvider provider) {
    return switch (provider) {
      case OPEN_AI -> "openai";
      case ANTHROPIC -> "anthropic";
      case AMAZON_BEDROCK -> "aws.bedrock";
      case AZURE_OPEN_AI -> "azure.ai.openai";
      case MICROSOFT_FOUNDRY -> "azure.ai.inference";
      case GOOGLE_AI_GEMINI, GOOGLE_GENAI -> "gcp.gemini";
      case GOOGLE_VERTEX_AI_GEMINI, GOOGLE_VERTEX_AI_ANTHROPIC -> "gcp.vertex_ai";
      case WATSONX -> "ibm.watsonx.ai";
      case MISTRAL_AI, GITHUB_MODELS, OLLAMA, COHERE, VOYAGE_AI, JINA, OTHER ->
          provider.name().toLowerCase(Locale.ROOT);
    };
  }
}
