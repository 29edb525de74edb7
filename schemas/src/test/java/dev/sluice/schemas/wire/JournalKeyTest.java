package dev.sluice.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JournalKeyTest {
  @ParameterizedTest
  @ValueSource(strings = {"t/r/input", "t/r/3/w-1.abcdefgh/17", "t/r/fence/4", "t/r~1/signal/ok/2"})
  void readsWhatItWrites(String text) {
    assertThat(JournalKey.parse(text).text()).isEqualTo(text);
  }

  @Test
  void refusesAnythingElse() {
    assertThatThrownBy(() -> JournalKey.parse("t/r/x")).hasMessageContaining("t/r/x");
    assertThatThrownBy(() -> JournalKey.parse("t/r/fence/x")).hasMessageContaining("fence/x");
  }

  @Test
  void doesNotDecodeWhatIsLongerThanAnyKey() {
    assertThatThrownBy(() -> JournalKey.parse(new byte[1_500_000]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1500000 bytes");
  }
}
