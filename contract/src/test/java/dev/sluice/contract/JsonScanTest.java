package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        "{\"a\":1,\"a\":2}",
        "[{},{},[{}]]",
        "{\"\":{\"\":{}}}"
      })
  void takesWhatIsJson(String text) {
    assertThatCode(() -> JsonScan.check(latin(text))).doesNotThrowAnyException();
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
    assertThatThrownBy(() -> JsonScan.check(latin(text)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageNotContainingAny("null", "Exception");
  }

  @Test
  void tellsWhereTheMembersOfAnObjectStand() {
    byte[] text = latin(" { \"a\" : 0.10 , \"in\\u0070ut\":{\"x\":[1, 2]} ,\"s\":\"\\ud800\"} ");
    var members = JsonScan.members(text);
    assertThat(members.keySet()).containsExactly("a", "input", "s");
    assertThat(at(members, "a", text)).isEqualTo(latin("0.10"));
    assertThat(at(members, "input", text)).isEqualTo(latin("{\"x\":[1, 2]}"));
    assertThat(at(members, "s", text)).isEqualTo(latin("\"\\ud800\""));
    assertThat(JsonScan.members(latin("{}"))).isEmpty();
  }

  private static byte[] at(Map<String, JsonScan.Span> members, String name, byte[] text) {
    return Objects.requireNonNull(members.get(name)).of(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"a\"", "null", "", "{\"a\":1,\"\\u0061\":2}", "{\"a\":1}x"})
  void refusesWhatIsNoObjectOrNamesAFieldTwice(String text) {
    assertThatThrownBy(() -> JsonScan.members(latin(text)))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void boundsDepthAndParts() {
    int deepest = Bounds.JSON_DEPTH;
    JsonScan.check(latin("[".repeat(deepest) + "]".repeat(deepest)));
    assertThatThrownBy(() -> JsonScan.check(latin("[".repeat(deepest + 1))))
        .hasMessageContaining("more than " + deepest);
    assertThatThrownBy(() -> JsonScan.check(latin("{\"a\":".repeat(1_000_000))))
        .hasMessageContaining("more than " + deepest);
    var many = "[" + "{},".repeat(Bounds.JSON_TOKENS / 2) + "1]";
    assertThatThrownBy(() -> JsonScan.check(latin(many)))
        .hasMessageContaining("more than " + Bounds.JSON_TOKENS);
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
        JsonScan.check(latin(text.toString()));
      } catch (MalformedJsonException expected) {
        // most of them
      }
      try {
        JsonScan.members(latin(text.toString()));
      } catch (MalformedJsonException expected) {
        // nearly all of them
      }
    }
  }
}
