package dev.sluice.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What journals hold of messages, as LangChain4j 1.19.0 wrote it. Runs in flight have it: if a new
 * version reads or writes it otherwise, read the old form, and do not change what is here.
 */
final class JournalFormTest {
  private static final String RECORDED =
      """
      [{"text":"Be brief","type":"SYSTEM"},
      {"name":"Ada","contents":[{"text":"Hello","type":"TEXT"},\
      {"image":{"base64Data":"aGk=","mimeType":"image/png"},"detailLevel":"LOW","type":"IMAGE"}],\
      "type":"USER"},
      {"text":"I look","thinking":"Hm","toolExecutionRequests":\
      [{"id":"call-0","name":"look","arguments":"{\\"at\\":1}"}],\
      "attributes":{"signature":"s1"},"type":"AI"},
      {"id":"call-0","toolName":"look","contents":[{"text":"nothing","type":"TEXT"}],\
      "isError":true,"attributes":{},"type":"TOOL_EXECUTION_RESULT"}]
      """;

  private static final List<ChatMessage> MESSAGES =
      List.of(
          SystemMessage.from("Be brief"),
          UserMessage.from(
              "Ada",
              TextContent.from("Hello"),
              ImageContent.from("aGk=", "image/png", ImageContent.DetailLevel.LOW)),
          AiMessage.builder()
              .text("I look")
              .thinking("Hm")
              .toolExecutionRequests(ScriptedModel.toolCalls("look", "{\"at\":1}"))
              .attributes(Map.of("signature", "s1"))
              .build(),
          ToolExecutionResultMessage.builder()
              .id("call-0")
              .toolName("look")
              .text("nothing")
              .isError(true)
              .build());

  @Test
  @SuppressWarnings("unchecked") // JSON objects
  void readsWhatIsInJournals() throws Exception {
    var recorded = new JsonMapper().readValue(RECORDED, List.class);

    assertThat(new ChatHistory(recorded).read()).isEqualTo(MESSAGES);
  }

  @Test
  void writesAsItDid() throws Exception {
    var json = new JsonMapper();

    assertThat((Object) json.valueToTree(ChatHistory.of(MESSAGES).messages()))
        .isEqualTo(json.readTree(RECORDED));
  }

  @Test
  void readsImagesThatAModelMadeAsImages() {
    var image =
        Image.builder()
            .url("https://example.org/cat.png")
            .base64Data("aGk=")
            .mimeType("image/png")
            .revisedPrompt("a cat")
            .build();
    var answer =
        AiMessage.builder()
            .text("Here it is")
            .attributes(Map.of(AiMessage.GENERATED_IMAGES_KEY, List.of(image), "signature", "s1"))
            .build();

    assertThat(ChatHistory.of(List.of(answer)).read()).containsExactly(answer);
  }
}
