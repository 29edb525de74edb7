package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextsTest {
  @Test
  void cutsToTheLengthWithAMark() {
    assertThat(Texts.atMost(5, "12345")).isEqualTo("12345");
    assertThat(Texts.atMost(5, "123456")).isEqualTo("1234…");
  }

  @Test
  void doesNotCutACharacterInHalf() {
    assertThat(Texts.atMost(5, "123😀56")).isEqualTo("123…");
    assertThat(Texts.atMost(6, "123😀56")).isEqualTo("123😀…".substring(0, 6));
  }
}
