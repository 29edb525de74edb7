package dev.sluice.spring;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** The health indicator {@code sluice} of a Spring Boot 4 application. */
final class Boot4Health extends AbstractHealthIndicator {
  private final SluiceRunner runner;

  Boot4Health(SluiceRunner runner) {
    super("the runner's health cannot be told");
    this.runner = runner;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    var health = HealthDetails.of(runner.health());
    builder.status(health.status()).withDetails(health.details());
  }
}
