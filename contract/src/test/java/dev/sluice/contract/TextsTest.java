package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TextsTest {
  @Test
  void cutsToTheLengthWithAMark() {
    assertThat(Texts.atMost(5, "12345")).isEqualTo("12345");
    assertThat(Texts.atMost(5, "123456")).isEqualTo("1234…");
  }

  @Test
  void cutsToBytes() {
    assertThat(Texts.atMostBytes(6, "123456")).isEqualTo("123456");
    assertThat(Texts.atMostBytes(6, "1234567")).isEqualTo("123…");
    assertThat(Texts.atMostBytes(6, "失敗")).isEqualTo("失敗");
    assertThat(Texts.atMostBytes(8, "失敗失")).isEqualTo("失…");
    for (int most = 4; most < 40; most++) {
      var text = "aü失😀".repeat(most);
      assertThat(Texts.atMostBytes(most, text).getBytes(StandardCharsets.UTF_8).length)
          .isBetween(most - 9, most);
    }
  }

  @Test
  void doesNotCutACharacterInHalf() {
    assertThat(Texts.atMost(5, "123😀56")).isEqualTo("123…");
    assertThat(Texts.atMost(6, "123😀56")).isEqualTo("123😀…".substring(0, 6));
  }
}
