package dev.sluice.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;

/** What operators see of a gateway. */
final class GatewayMeasures {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Timer accepted =
      Timer.builder("sluice.gateway.accepted")
          .description("time until Kafka acknowledged a submission")
          .publishPercentiles(0.5, 0.99)
          .register(registry);

  private final Counter unaudited =
      Counter.builder("sluice.gateway.unaudited")
          .description("entries for the audit topic that Kafka did not take in time")
          .register(registry);

  void accepted(long nanos) {
    accepted.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** An entry of the audit topic that was lost. */
  void unaudited() {
    unaudited.increment();
  }

  void problem(int status) {
    Counter.builder("sluice.gateway.problems")
        .description("requests not answered as asked")
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  /** For what is measured elsewhere. */
  MeterRegistry registry() {
    return registry;
  }

  String scrape() {
    return registry.scrape();
  }
}
