package dev.sluice.contract.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.Bounds;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonScanTest {
  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "-1.5e+400",
        "1E2",
        "0.1234567890123456789",
        "\"\"",
        "\"\\u00e4\\n\\\"\"",
        "\"\\ud83d\"",
        "\"\u00c3\u00a4\"",
        "\"\u00f0\u009f\u0098\u0080\"",
        "true",
        "false",
        "null",
        "[]",
        "[1]",
        "[[],{}]",
        "{}",
        "{\"a\":[{\"b\":[]},1]}",
        " [ 1 , 2 ] ",
        "[{},{},[{}]]",
        "{\"\":{\"\":{}}}"
      })
  void takesWhatIsJson(String text) {
    assertThatCode(() -> JsonValue.check(latin(text))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "01",
        "1.",
        ".5",
        "1e",
        "-",
        "+1",
        "NaN",
        "tru",
        "truex",
        "'a'",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12",
        "\"\t\"",
        "\"\\",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":}",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1,\"a\":2}",
        "[{\"a\":{\"b\":1,\"\\u0062\":2}}]",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "[}",
        "{]",
        "[1}",
        "{\"a\":1]",
        "1 1",
        "{}{}",
        "{},{}",
        "\u00ef\u00bb\u00bf{}",
        "//\n1",
        "\"\u00ff\"",
        "\"\u00c0\u00af\"",
        "\"\u00c3\"",
        "\"\u00ed\u00a0\u0080\"",
        "\"\u00f4\u0090\u0080\u0080\"",
        "\"\u00e0\u0080\u0080\"",
        "\u00e4"
      })
  void refusesWhatIsNot(String text) {
    assertThatThrownBy(() -> JsonValue.check(latin(text)))
        .isInstanceOf(JsonException.class)
        .hasMessageNotContainingAny("null", "Exception");
  }

  @Test
  void tellsWhereTheMembersOfAnObjectStand() {
    byte[] text = latin(" { \"a\" : 0.10 , \"in\\u0070ut\":{\"x\":[1, 2]} ,\"s\":\"\\ud800\"} ");
    var members = JsonValue.object(text).members();
    assertThat(members.keySet()).containsExactly("a", "input", "s");
    assertThat(at(members, "a")).isEqualTo(latin("0.10"));
    assertThat(at(members, "input")).isEqualTo(latin("{\"x\":[1, 2]}"));
    assertThat(at(members, "s")).isEqualTo(latin("\"\\ud800\""));
    assertThat(JsonValue.object(latin("{}")).members()).isEmpty();
  }

  private static byte[] at(Map<String, JsonValue> members, String name) {
    var bytes = Objects.requireNonNull(members.get(name)).bytes();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"a\"", "null", "", "{\"a\":1,\"\\u0061\":2}", "{\"a\":1}x"})
  void refusesWhatIsNoObjectOrNamesAFieldTwice(String text) {
    assertThatThrownBy(() -> JsonValue.object(latin(text))).isInstanceOf(JsonException.class);
  }

  @Test
  void boundsDepthAndValues() {
    int deepest = Bounds.JSON_DEPTH;
    JsonValue.check(latin("[".repeat(deepest) + "]".repeat(deepest)));
    assertThatThrownBy(() -> JsonValue.check(latin("[".repeat(deepest + 1))))
        .hasMessageContaining("more than " + deepest);
    assertThatThrownBy(() -> JsonValue.check(latin("{\"a\":".repeat(1_000_000))))
        .hasMessageContaining("more than " + deepest);
    JsonValue.check(latin("[" + "1,".repeat(Bounds.JSON_VALUES - 2) + "1]"));
    var many = "[" + "1,".repeat(Bounds.JSON_VALUES - 1) + "1]";
    assertThatThrownBy(() -> JsonValue.check(latin(many)))
        .hasMessageContaining("more than " + Bounds.JSON_VALUES);
  }

  @Test
  void nothingButJsonIsTakenAndNothingIsThrownButThat() {
    var random = new SplittableRandom(1);
    var alphabet = "{}[],:\"\\u0aef1-.e+ tn\u00c3\u00a4\n";
    for (int i = 0; i < 50_000; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        JsonValue.check(latin(text.toString()));
      } catch (JsonException expected) {
        // most of them
      }
      try {
        JsonValue.object(latin(text.toString()));
      } catch (JsonException expected) {
        // nearly all of them
      }
    }
  }
}
