package dev.sluice.spring;

import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The health indicator {@code sluice} of a Spring Boot 3 application. */
final class Boot3Health extends AbstractHealthIndicator {
  private final SluiceRunner runner;

  Boot3Health(SluiceRunner runner) {
    super("the runner's health cannot be told");
    this.runner = runner;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    var health = HealthDetails.of(runner.health());
    builder.status(health.status()).withDetails(health.details());
  }
}
