package dev.sluice.spring;

import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.sdk.Agent;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A runner for the agents among an application's beans; none if there is no such bean. */
@AutoConfiguration
@ConditionalOnBean(Agent.class)
@ConditionalOnProperty(name = "sluice.enabled", havingValue = "true", matchIfMissing = true)
@EnableConfigurationProperties(SluiceProperties.class)
public class SluiceAutoConfiguration {
  private static final String HEALTH = "management.health.sluice.enabled";

  /** Replaced by a bean of the application's own. */
  @Bean
  @ConditionalOnMissingBean
  RunnerConfig sluiceRunnerConfig(SluiceProperties properties) {
    return properties.runnerConfig();
  }

  /** The runner, with the registry that is the application's primary or only one. */
  @Bean
  @ConditionalOnMissingBean
  SluiceRunner sluiceRunner(
      RunnerConfig config,
      SluiceProperties properties,
      ObjectProvider<Agent<?, ?>> agents,
      ObjectProvider<MeterRegistry> metrics,
      ConfigurableApplicationContext application) {
    var builder =
        Runner.builder()
            .config(config)
            .agents(agents.orderedStream().toList())
            .haltIfStuck(properties.haltIfStuck());
    metrics.ifUnique(builder::metrics);
    return new SluiceRunner(builder, application);
  }

  /** Health as Spring Boot 3 has it. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
  @ConditionalOnProperty(name = HEALTH, havingValue = "true", matchIfMissing = true)
  static class HealthOfBoot3 {
    @Bean
    Boot3Health sluiceHealthIndicator(SluiceRunner runner) {
      return new Boot3Health(runner);
    }
  }

  /** Health as Spring Boot 4 has it. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
  @ConditionalOnProperty(name = HEALTH, havingValue = "true", matchIfMissing = true)
  static class HealthOfBoot4 {
    @Bean
    Boot4Health sluiceHealthIndicator(SluiceRunner runner) {
      return new Boot4Health(runner);
    }
  }
}
