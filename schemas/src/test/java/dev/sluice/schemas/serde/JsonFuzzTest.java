package dev.sluice.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.schemas.wire.SerdeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Strangers' JSON: each text is read or refused, at a bounded cost, and what Jackson does not take
 * is never read. {@code -Dsluice.fuzz.inputs=10000000} is the long one.
 */
final class JsonFuzzTest {
  private static final int INPUTS = Integer.getInteger("sluice.fuzz.inputs", 240_000);
  private static final long SEED = Long.getLong("sluice.fuzz.seed", 19);
  private static final int COMPARE_EVERY = 5;
  private static final long MAX_CPU_MS = 50;

  private static final ObjectMapper JACKSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String SOUND =
      """
      {"run_id":"r-1","tenant":"t","agent":"a","input":[1,-0.5e+3,{"x":null,"y":[true,false,{}]},"é😀\\u00e9\\ud83d\\ude00\\n"],
       "priority":-7, "labels":{"a":"b","c":"\\"d\\\\"},"budget":{"calls":12345678901},"retry":{"max_attempts":3,"backoff_ms":1},
       "limits":{"max_children":null},"start_at_ms":17,"content_type":"application/json","traceparent":null}""";

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          "[],",
          "{},",
          "null",
          "true",
          "-",
          "0",
          "1e400",
          "0.1234567890123456789",
          "\\u",
          "\\ud83d",
          "\\ude00",
          "\\u0000",
          "\"input\":",
          "\"a\":1,",
          "\"\":",
          "\n",
          "/*x*/",
          "NaN",
          "9".repeat(1_200),
          "\u0001",
          "[".repeat(300),
          "é",
          "😀");

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void isReadOrRefused() {
    var random = new SplittableRandom(SEED);
    int read = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] data = damaged(utf8(SOUND), random);
      boolean isRead = reads(data);
      read += isRead ? 1 : 0;
      if (i % COMPARE_EVERY == 0 && isRead && !hasLoneSurrogate(data)) {
        assertThat(isJson(data)).as(new String(data, StandardCharsets.UTF_8)).isTrue();
      }
    }
    assertThat(read).isBetween(INPUTS / 100, INPUTS - INPUTS / 100);
  }

  private static boolean reads(byte[] data) {
    boolean[] isRead = new boolean[1];
    long most = 8L * data.length + 64 * 1024;
    var cost =
        Cost.within(
            most,
            MAX_CPU_MS,
            () -> {
              try {
                JsonRecords.runSubmitted(data);
                isRead[0] = true;
              } catch (SerdeException e) {
                assertThat(e.kind()).isEqualTo(SerdeException.Kind.MALFORMED);
                assertThat(e.getMessage()).hasSizeLessThan(600);
                isRead[0] = false;
              }
            });
    if (!cost.isWithin(most, MAX_CPU_MS)) {
      throw new AssertionError(
          "%s, most %d bytes: %s".formatted(cost, most, new String(data, StandardCharsets.UTF_8)));
    }
    return isRead[0];
  }

  /** Jackson takes no name that has one; here it is the payload's own matter. */
  private static boolean hasLoneSurrogate(byte[] data) {
    return new String(data, StandardCharsets.UTF_8)
        .replace("\\ud83d\\ude00", "")
        .matches("(?s).*\\\\ud[8e].*");
  }

  private static boolean isJson(byte[] data) {
    try {
      JACKSON.readTree(data);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] damaged(byte[] sound, SplittableRandom random) {
    var out = new ByteArrayOutputStream();
    int at = 0;
    for (int faults = random.nextInt(4); faults > 0 && at < sound.length; faults--) {
      int next = at + random.nextInt(sound.length - at);
      out.write(sound, at, next - at);
      at = next + (random.nextBoolean() ? 0 : random.nextInt(3));
      switch (random.nextInt(4)) {
        case 0 -> out.write(random.nextInt());
        case 1 -> {
          byte[] piece = utf8(PIECES.get(random.nextInt(PIECES.size())));
          int times = random.nextInt(40) == 0 ? random.nextInt(2_000) : 1;
          for (int i = 0; i < times; i++) {
            out.writeBytes(piece);
          }
        }
        case 2 -> {
          int from = random.nextInt(sound.length);
          out.write(sound, from, random.nextInt(sound.length - from));
        }
        default -> {}
      }
    }
    if (at < sound.length) {
      out.write(sound, at, sound.length - at);
    }
    return out.toByteArray();
  }

  // --- by hand

  private static byte[] withInput(String input) {
    return utf8("{\"run_id\":\"r\",\"tenant\":\"t\",\"agent\":\"a\",\"input\":" + input + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.1234567890123456789",
        "1e400",
        "-0",
        "1.0",
        "\"\\ud83d\"",
        "\"\\u00e9 \\/ é\"",
        "[ 1 ,\t2 ]",
        "{\"b\":1, \"a\" : 1E5}",
        "12345678901234567890123"
      })
  void whatComesInGoesOutBitByBit(String input) {
    var run = JsonRecords.runSubmitted(withInput(input));
    assertThat(StandardCharsets.UTF_8.decode(run.getInput()).toString()).isEqualTo(input);
  }

  private static void assertRefused(byte[] data, String reason) {
    assertThat(reads(data)).isFalse();
    assertThatThrownBy(() -> JsonRecords.runSubmitted(data)).hasMessageContaining(reason);
  }

  @Test
  void halfOfASurrogatePairIsNoText() {
    assertRefused(
        utf8("{\"run_id\":\"r\",\"tenant\":\"t\",\"agent\":\"a\",\"labels\":{\"x\":\"\\ud83d\"}}"),
        "labels.x holds half of a surrogate pair");
  }

  @Test
  void namesThatComeTwiceAreRefusedHoweverTheyAreWritten() {
    assertRefused(withInput("{\"a\":1,\"\\u0061\":2}"), "already has a member");
    assertRefused(withInput("1,\"tenant\":\"u\""), "already has a member");
    assertRefused(
        withInput("[{\"x\":{\"😀\":1,\"b\":1,\"\\ud83d\\ude00\":2}}]"), "already has a member");
    assertThat(reads(withInput("[{\"a\":1},{\"a\":{\"a\":2,\"b\":1}}]"))).isTrue();
  }

  @Test
  void millionsOfEmptyArraysAreCountedAndNotBuilt() {
    assertRefused(withInput("[" + "[],".repeat(1_100_000) + "1]"), "more than 1000000 values");
    assertThat(reads(withInput("[" + "[],".repeat(300_000) + "1]"))).isTrue();
  }

  @Test
  void depthAndLengthsAreBounded() {
    assertThat(reads(withInput("[".repeat(190) + "]".repeat(190)))).isTrue();
    assertRefused(withInput("[".repeat(100_000)), "levels");
    assertRefused(withInput("{\"a\":".repeat(300) + "1" + "}".repeat(300)), "levels");
    assertRefused(withInput("9".repeat(2_000)), "a number of more than");
    assertRefused(withInput("{\"" + "n".repeat(40_000) + "\":1}"), "a name of more than");
    assertRefused(utf8("{\"" + "n".repeat(30_000) + "\":1}"), "unknown field");
  }

  @Test
  void aHundredThousandNamesCostLittle() {
    var members =
        IntStream.range(0, 100_000).mapToObj(i -> "\"" + Integer.toString(i, 36) + "\":1");
    assertThat(reads(withInput(members.collect(Collectors.joining(",", "{", "}"))))).isTrue();
    assertThat(reads(withInput("[" + "{\"\":1,\"a\":1},".repeat(70_000) + "1]"))).isTrue();
    var labels =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "\"%s\":\"\"".formatted(Integer.toString(i, 36)))
            .collect(Collectors.joining(",", "{", "}"));
    assertRefused(withInput("1,\"labels\":" + labels), "too many members");
    assertThat(reads(withInput("\"" + "\\n".repeat(300_000) + "\""))).isTrue();
    assertThat(reads(withInput("1,\"traceparent\":\"" + "\\u00e9\\n".repeat(100_000) + "\"")))
        .isTrue();
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] data = withInput("\"x\"");
    data[data.length - 3] = (byte) 0xff;
    assertRefused(data, "not UTF-8");
  }
}
