package dev.sluice.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Messages as journals keep them: in the JSON that LangChain4j stores memories in, as an object
 * within the step's own and not as a text in it.
 */
final class Messages {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
      new TypeReference<>() {};

  private Messages() {}

  static Map<String, @Nullable Object> write(ChatMessage message) {
    var json = ChatMessageSerializer.messageToJson(message);
    try {
      return JSON.readValue(json, OBJECT);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a message is no JSON object: " + json, e);
    }
  }

  static ChatMessage read(Map<String, @Nullable Object> message) {
    try {
      return typed(ChatMessageDeserializer.messageFromJson(JSON.writeValueAsString(message)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be read as a message: " + message, e);
    }
  }

  /** LangChain4j keeps images that a model made among the attributes, and does not read them. */
  private static ChatMessage typed(ChatMessage message) {
    if (message instanceof AiMessage answer
        && answer.attributes().get(AiMessage.GENERATED_IMAGES_KEY) instanceof List<?> images) {
      var attributes = new LinkedHashMap<>(answer.attributes());
      attributes.put(
          AiMessage.GENERATED_IMAGES_KEY, images.stream().map(Messages::typedImage).toList());
      return answer.toBuilder().attributes(attributes).build();
    }
    return message;
  }

  private static Object typedImage(Object read) {
    if (!(read instanceof Map<?, ?> image)) {
      return read;
    }
    var typed = Image.builder();
    if (image.get("url") instanceof String url) {
      typed.url(url);
    }
    if (image.get("base64Data") instanceof String data) {
      typed.base64Data(data);
    }
    if (image.get("mimeType") instanceof String type) {
      typed.mimeType(type);
    }
    if (image.get("revisedPrompt") instanceof String prompt) {
      typed.revisedPrompt(prompt);
    }
    return typed.build();
  }

  /** All images that a message holds. */
  static Stream<Image> images(ChatMessage message) {
    return switch (message) {
      case UserMessage user -> images(user.contents());
      case ToolExecutionResultMessage result -> images(result.contents());
      case AiMessage answer
          when answer.attributes().get(AiMessage.GENERATED_IMAGES_KEY) instanceof List<?> made ->
          made.stream().filter(Image.class::isInstance).map(Image.class::cast);
      default -> Stream.empty();
    };
  }

  private static Stream<Image> images(List<Content> contents) {
    return contents.stream()
        .filter(ImageContent.class::isInstance)
        .map(content -> ((ImageContent) content).image());
  }
}
