package dev.sluice.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a memory, in a form that a checkpoint, an input, an output or a step may hold.
 *
 * <p>Within a run a memory needs no store: the answers and results that it is made of are
 * journaled, so whenever the run resumes the same messages are added again. A run that makes
 * checkpoints keeps the memory in them, because replay begins there.
 *
 * @param messages each in the JSON that LangChain4j stores memories in
 */
public record ChatHistory(List<Map<String, @Nullable Object>> messages) {
  /** No messages. */
  public static final ChatHistory EMPTY = new ChatHistory(List.of());

  public ChatHistory {
    messages = List.copyOf(messages);
  }

  /** What a memory holds: {@code ChatHistory.of(memory.messages())}. */
  public static ChatHistory of(List<? extends ChatMessage> messages) {
    return new ChatHistory(messages.stream().map(Messages::write).toList());
  }

  /** What to fill a memory with: {@code memory.add(history.read())}. */
  public List<ChatMessage> read() {
    return messages.stream().map(Messages::read).toList();
  }
}
