package dev.sluice.schemas.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  @Test
  void takesWhatSaysHowKafkaIsReached() {
    var settings =
        new Settings(
            Map.of(
                "bootstrap.servers",
                "kafka:9093",
                "kafka.security.protocol",
                "SASL_SSL",
                "kafka.sasl.mechanism",
                "SCRAM-SHA-512",
                "kafka.ssl.truststore.location",
                "ca.p12"));
    assertThat(settings.kafka())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "bootstrap.servers",
                "kafka:9093",
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "ssl.truststore.location",
                "ca.p12"));
    settings.failOnProblems();
  }

  @Test
  void refusesWhatSaysHowRecordsAreWritten() {
    var settings = new Settings(Map.of("bootstrap.servers", "kafka:9092", "kafka.acks", "0"));
    assertThat(settings.kafka()).containsOnlyKeys("bootstrap.servers");
    assertThatThrownBy(settings::failOnProblems)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("kafka.acks: must begin with kafka. and one of security., sasl.");
  }

  @Test
  void namesEverythingThatIsMissingWrongOrUnknownAtOnce() {
    var settings = new Settings(Map.of("slots", "many", "slot", "3"));
    settings.kafka();
    assertThat(settings.integer("slots", 16, 1, 100)).isEqualTo(16);
    assertThatThrownBy(settings::failOnProblems)
        .hasMessageContainingAll(
            "bootstrap.servers: is missing",
            "slots: must be a whole number from 1 to 100, got many",
            "slot: is not a setting");
  }
}
