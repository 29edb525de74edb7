package dev.sluice.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CostTest {
  private static final String MEGABYTE = "QUJD".repeat(250_000);

  static Stream<ChatMessage> messagesWithAnImage() {
    var image = Image.builder().base64Data(MEGABYTE).mimeType("image/png").build();
    return Stream.of(
        UserMessage.from(TextContent.from("What is this?"), ImageContent.from(image)),
        UserMessage.from(ImageContent.from("https://example.org/cat.png")),
        ToolExecutionResultMessage.builder()
            .id("call-0")
            .toolName("paint")
            .contents(List.of(ImageContent.from(image)))
            .build(),
        AiMessage.builder()
            .text("Here it is")
            .attributes(Map.of(AiMessage.GENERATED_IMAGES_KEY, List.of(image)))
            .build());
  }

  private static Cost of(ChatMessage message) {
    return Cost.of(ChatRequest.builder().messages(message).build(), 100);
  }

  @ParameterizedTest
  @MethodSource("messagesWithAnImage")
  void assumesAnAmountForAnImageWhateverItsBytes(ChatMessage message) {
    assertThat(of(message).most()).isBetween(4_096L, 5_000L);
    assertThat(of(message).likely("")).isLessThan(100);
  }

  @Test
  void countsTheBytesOfAText() {
    assertThat(of(UserMessage.from("Ä".repeat(10_000))).most()).isBetween(20_000L, 21_000L);
  }
}
