package dev.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.RunnerConfig;
import dev.sluice.runner.RunnerHealth;
import dev.sluice.runner.RunnerHealth.State;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What an application has by the starter alone, without Kafka. */
final class SluiceAutoConfigurationTest {
  @TempDir private Path dir;

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(SluiceAutoConfiguration.class));

  @Configuration(proxyBeanMethods = false)
  static class WithAgent {
    @Bean
    GreetingApplication.GreetingAgent agent() {
      return new GreetingApplication.GreetingAgent(new GreetingApplication.Greetings());
    }
  }

  @Test
  void anApplicationWithoutAgentsHasNoRunner() {
    application.run(
        context -> {
          assertThat(context).hasNotFailed();
          assertThat(context).doesNotHaveBean(SluiceRunner.class);
          assertThat(context).doesNotHaveBean("sluiceHealthIndicator");
        });
  }

  @Test
  void nothingIsStartedThatIsSwitchedOff() {
    application
        .withUserConfiguration(WithAgent.class)
        .withPropertyValues("sluice.enabled=false")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context).doesNotHaveBean(SluiceRunner.class);
            });
  }

  @Test
  void anApplicationThatDoesNotSayWhereKafkaIsFailsAndSaysSo() {
    application
        .withUserConfiguration(WithAgent.class)
        .withPropertyValues("sluice.slots=0", "sluice.data-dir=" + dir)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("sluice.*")
                    .hasMessageContaining("bootstrap.servers: is missing")
                    .hasMessageContaining("schema.registry.url: is missing")
                    .hasMessageContaining("slots: must be"));
  }

  @Test
  void propertiesAreTheRunnersSettings() {
    var properties = new HashMap<String, String>();
    properties.put("sluice.bootstrap-servers", "kafka:9092");
    properties.put("sluice.schema-registry", "http://registry:8081");
    properties.put("sluice.topic-prefix", "t-");
    properties.put("sluice.pools", "default,gpu");
    properties.put("sluice.slots", "7");
    properties.put("sluice.worker-id", "w1");
    properties.put("sluice.data-dir", dir.toString());
    properties.put("sluice.drain-timeout", "4s");
    properties.put("sluice.kafka.client.dns.lookup", "use_all_dns_ips");
    properties.put("sluice.settings.heartbeat.ms", "1000");

    var bound =
        new Binder(new MapConfigurationPropertySource(properties))
            .bind("sluice", SluiceProperties.class)
            .get();

    assertThat(bound.runnerConfig())
        .isEqualTo(
            RunnerConfig.from(
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
                    "heartbeat.ms", "1000")));
    assertThat(bound.enabled()).isTrue();
    assertThat(bound.haltIfStuck()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"READY,UP", "NOT_READY,OUT_OF_SERVICE", "CLOSED,OUT_OF_SERVICE", "FAILED,DOWN"})
  void healthSaysWhetherItTakesRuns(State state, String status) {
    @Nullable String problem = state == State.READY ? null : "something";

    var health = HealthDetails.of(new RunnerHealth(state, problem, 4, 3, 1));

    assertThat(health.status()).isEqualTo(status);
    assertThat(health.details()).containsEntry("active", 3).containsEntry("state", state.name());
    assertThat(health.details().get("problem")).isEqualTo(problem);
  }

  @Test
  void aRunnerThatWasStoppedIsOutOfService() {
    assertThat(HealthDetails.of(null).status()).isEqualTo("OUT_OF_SERVICE");
  }
}
