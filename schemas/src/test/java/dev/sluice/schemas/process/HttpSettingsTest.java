package dev.sluice.schemas.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpSettingsTest {
  private static final Map<String, String> OPEN =
      Map.of("http.host", "0.0.0.0", "http.hosts", "sluice.example.com");

  private static void data(Map<String, String> values, boolean insecure) {
    var read = new Settings(values);
    HttpSettings.data(read, "catalog", 0, insecure);
    read.failOnProblems();
  }

  /** Who reads a catalog reads every tenant's runs, as over a gateway. */
  @Test
  void dataIsServedToOtherHostsOnlyWhenThatIsMeant() {
    assertThatThrownBy(() -> data(OPEN, false))
        .hasMessageContaining("http.host")
        .hasMessageContaining("--insecure");

    data(OPEN, true);
    data(Map.of(), false);
  }

  @Test
  void dataIsServedToOtherHostsOnlyUnderNamesThatAreGiven() {
    assertThatThrownBy(() -> data(Map.of("http.host", "0.0.0.0"), true))
        .hasMessageContaining("http.hosts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1"})
  void probesAreServedToAnybody(String host) {
    var read = new Settings(Map.of("http.host", host));

    assertThat(HttpSettings.probes(read, "gate").host()).isEqualTo(host);
    read.failOnProblems();
  }
}
