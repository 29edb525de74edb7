package dev.sluice.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import java.util.Map;
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
      return ChatMessageDeserializer.messageFromJson(JSON.writeValueAsString(message));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be read as a message: " + message, e);
    }
  }
}
