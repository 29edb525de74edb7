package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LabelsTest {
  private static Map<String, String> many(int count) {
    var labels = new HashMap<String, String>();
    for (int i = 0; i < count; i++) {
      labels.put("k" + i, "v");
    }
    return labels;
  }

  @Test
  void takesAsManyAsThereMayBe() {
    assertThat(Labels.problem(Map.of())).isEmpty();
    assertThat(Labels.problem(many(64))).isEmpty();
    assertThat(Labels.problem(many(65)).orElseThrow())
        .isEqualTo("labels must be at most 64 in number, got 65");
  }

  @Test
  void takesKeysAndValuesOfTheirLengths() {
    assertThat(Labels.problem(Map.of("k".repeat(128), "v".repeat(4_096)))).isEmpty();
    assertThat(Labels.problem(Map.of("k".repeat(129), "v"))).isPresent();
    assertThat(Labels.problem(Map.of("k", "v".repeat(4_097))).orElseThrow())
        .isEqualTo("labels.k must have at most 4096 characters, got 4097");
  }

  @Test
  void takesSoManyCharactersInAll() {
    var most =
        Map.of(
            "a",
            "v".repeat(4_095),
            "b",
            "v".repeat(4_095),
            "c",
            "v".repeat(4_095),
            "d",
            "v".repeat(4_095));
    assertThat(Labels.problem(most)).isEmpty();

    var more = new HashMap<>(most);
    more.put("e", "");
    assertThat(Labels.problem(more).orElseThrow())
        .isEqualTo("labels must have at most 16384 characters in all, got 16385");
  }

  @Test
  void takesNoKeyThatCannotBeSearched() {
    assertThat(Labels.problem(Map.of("a:b", "c")).orElseThrow()).startsWith("labels: a key must");
    assertThat(Labels.problem(Map.of("", "c"))).isPresent();
    assertThat(Labels.problem(Map.of("a", "b:c"))).isEmpty();
  }
}
