package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** In processes of their own: the JDK reads the setting once. */
final class CarriersTest {
  @Test
  void aRunGoesOnWhileEveryOtherSlotBlocksItsCarrier() throws Exception {
    assertThat(exit("-XX:ActiveProcessorCount=2", "30")).isEqualTo(BusyCarriers.ANOTHER_RAN);
  }

  @Test
  void anOperatorsOwnSettingStands() throws Exception {
    var two = "-D" + Carriers.PARALLELISM + "=2";
    assertThat(exit(two, "1")).isEqualTo(BusyCarriers.NONE_RAN);
  }

  private static int exit(String flag, String waitSeconds) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                flag,
                "-cp",
                System.getProperty("java.class.path"),
                BusyCarriers.class.getName(),
                waitSeconds)
            .inheritIO()
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
