package dev.sluice.client.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.SluiceException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KafkaOptionsTest {
  private static final KafkaOptions OPTIONS = KafkaOptions.of("host:1", "http://host:2");

  @Test
  void settingsAreAddedToThoseThatAreThere() {
    var options =
        OPTIONS.withKafka("security.protocol", "SSL").withSerdes("auto.register.schemas", "false");

    assertThat(options.kafka())
        .isEqualTo(Map.of("bootstrap.servers", "host:1", "security.protocol", "SSL"));
    assertThat(options.serdes())
        .isEqualTo(
            Map.of("schema.registry.url", "http://host:2", "auto.register.schemas", "false"));
  }

  @Test
  void aPasswordIsNotForLogs() {
    assertThat(OPTIONS.withKafka("ssl.key.password", "hunter2").toString())
        .contains("ssl.key.password")
        .doesNotContain("hunter2");
  }

  @Test
  void boundsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> OPTIONS.awaiting(0, Duration.ZERO))
        .hasMessage("maxAwaited must be 1 to 1000000, got 0");
    assertThatThrownBy(() -> OPTIONS.answeredWithin(Duration.ZERO))
        .hasMessageContaining("within at least 1 ms");
    assertThatThrownBy(
            () -> new KafkaOptions(Map.of(), Map.of(), "", 1, Duration.ZERO, Duration.ofMillis(1)))
        .hasMessage("kafka must have bootstrap.servers");
  }

  @Test
  void aWrongSettingIsToldAtOnceAndLeavesNothingBehind() {
    assertThatThrownBy(() -> KafkaSubmitter.connect(OPTIONS.withKafka("security.protocol", "?")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("security.protocol");
    assertNoThreads();
  }

  @Test
  void aClusterThatDoesNotAnswerIsToldAndLeavesNothingBehind() {
    var nobody =
        KafkaOptions.of("127.0.0.1:1", "http://127.0.0.1:1").answeredWithin(Duration.ofMillis(300));

    assertThatThrownBy(() -> KafkaSubmitter.connect(nobody))
        .isInstanceOf(SluiceException.Unavailable.class);
    assertNoThreads();
  }

  private static void assertNoThreads() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("kafka-producer") || name.startsWith("sluice-client"));
  }
}
