package dev.sluice.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class CallOptionsTest {
  @Test
  void refusesOneMeterForTwoThings() {
    assertThatThrownBy(() -> CallOptions.DEFAULT.charging("spent", "spent"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spent");
  }

  @Test
  void keepsWhatItIsNotTold() {
    var options = CallOptions.DEFAULT.withoutFinishReason().trying(3).charging("a", "b");

    assertThat(options.answering(7).needsFinishReason()).isFalse();
    assertThat(options.tries().most()).isEqualTo(3);
    assertThat(options.calls()).isEqualTo("b");
  }
}
