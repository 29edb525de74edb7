package dev.sluice.contract.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.Bounds;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway answers can be read, whatever an agent returned. */
final class JsonAnswerTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String output(String value) {
    var answer = JsonValue.answer(utf8("{\"output\":" + value + ",\"status\":\"SUCCEEDED\"}"));
    assertThat(JsonFields.of(answer).text("status")).isEqualTo("SUCCEEDED");
    var bytes = Objects.requireNonNull(answer.members().get("output")).bytes();
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  @Test
  void anOutputBeyondTheBoundsOfRequestsComesBitByBit() {
    var deep = "[".repeat(100_000) + "]".repeat(100_000);
    for (var value :
        new String[] {
          "{\"a\":1,\"a\":2}", "9".repeat(5_000), "{\"" + "n".repeat(40_000) + "\":1}", deep
        }) {
      assertThat(output(value)).isEqualTo(value);
      assertThatThrownBy(() -> JsonValue.object(utf8("{\"output\":" + value + "}")))
          .isInstanceOf(JsonException.class);
    }
  }

  @Test
  void hasAsManyValuesAsAnAnswerHasBytes() {
    var many = "[" + "1,".repeat(Bounds.JSON_VALUES) + "1]";

    assertThat(output(many)).isEqualTo(many);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}}",
        "{\"a\"}",
        "{\"a\":01}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":[}}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{\"a\":{\"b\":1]}",
        "{,}",
        "<html>"
      })
  void isNoAnswerIfItIsNoObject(String text) {
    assertThatThrownBy(() -> JsonValue.answer(utf8(text))).isInstanceOf(JsonException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[]", " [ ] ", "[1]", "[ 1 , [2,3] , {\"a\":[4]} , \"],[\" ]", "[[],[],{}]"})
  void anArrayGivesItsElementsInOrder(String text) {
    var array =
        Objects.requireNonNull(JsonValue.answer(utf8("{\"a\":" + text + "}")).members().get("a"));

    var again =
        array.elements().stream()
            .map(one -> StandardCharsets.UTF_8.decode(one.bytes()).toString())
            .toList();

    assertThat("[" + String.join(",", again) + "]").isEqualTo(text.replace(" ", ""));
  }
}
