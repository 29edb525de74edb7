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
}
