package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.process.SettingsException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunnerConfigTest {
  @TempDir private Path dir;

  @Test
  void builtByNameIsWhatTheSettingsSay() {
    var settings =
        Map.of(
            "bootstrap.servers", "kafka:9092",
            "schema.registry.url", "http://registry:8081",
            "kafka.client.dns.lookup", "use_all_dns_ips",
            "topic.prefix", "t-",
            "pools", "default,gpu",
            "slots", "7",
            "worker.id", "w1",
            "data.dir", dir.toString(),
            "drain.timeout.ms", "4000",
            "heartbeat.ms", "1000");

    var built =
        RunnerConfig.builder()
            .bootstrapServers("kafka:9092")
            .schemaRegistry(URI.create("http://registry:8081"))
            .kafka("client.dns.lookup", "use_all_dns_ips")
            .topicPrefix("t-")
            .pools("default", "gpu")
            .slots(7)
            .workerId("w1")
            .dataDir(dir)
            .drainTimeout(Duration.ofSeconds(4))
            .set("heartbeat.ms", "1000")
            .build();

    assertThat(built).isEqualTo(RunnerConfig.from(settings));
    assertThat(built.slots()).isEqualTo(7);
  }

  @Test
  void namesAllThatIsMissingOrWrongAtOnce() {
    var wrong = RunnerConfig.builder().slots(0).workerId("no spaces");

    assertThatThrownBy(wrong::build)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("bootstrap.servers")
        .hasMessageContaining("slots")
        .hasMessageContaining("worker.id");
  }
}
