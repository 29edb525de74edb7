package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JvmFlagsTest {
  private static final List<String> LINES =
      List.of("# all -Xint", "", "all -a -b", "23 -new", "gate -g", "bench", "others -o");

  @Test
  void givesACommandItsOwn() {
    assertThat(JvmFlags.of(LINES, "gate", 25)).containsExactly("-a", "-b", "-new", "-g");
    assertThat(JvmFlags.of(LINES, "bench", 25)).containsExactly("-a", "-b", "-new");
  }

  @Test
  void givesOthersWhatIsForOthers() {
    assertThat(JvmFlags.of(LINES, "catalog", 21)).containsExactly("-a", "-b", "-o");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gate", "catalog", "gateway", "runner", "broker"})
  void compilesQuicklyInTheStack(String role) {
    assertThat(JvmFlags.of(role)).contains("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  }

  /**
   * What a heap begins with is touched soon, and stays: it must not follow the machine's memory.
   */
  @ParameterizedTest
  @ValueSource(strings = {"gate", "catalog", "gateway", "runner"})
  void beginsWithASmallHeap(String role) {
    assertThat(JvmFlags.of(role)).anyMatch(flag -> flag.matches("-Xms[0-9]{2}m"));
  }
}
