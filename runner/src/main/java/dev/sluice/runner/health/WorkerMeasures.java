package dev.sluice.runner.health;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.IntSupplier;

/** What operators see of a worker. */
public final class WorkerMeasures {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Counter claims = counter("sluice.worker.claims", "runs claimed");
  private final Counter returns = counter("sluice.worker.returns", "dispatches given back");
  private final Counter ended = counter("sluice.worker.epochs.ended", "epochs ended here");
  private final Counter recoveries =
      counter("sluice.worker.claim.recoveries", "claim transactions of unknown outcome");
  private final Counter refused =
      counter("sluice.worker.steps.refused", "tries of steps that met a limit, such as a 429");
  private final Counter setAside =
      counter("sluice.worker.records.set.aside", "dispatches and control records not understood");

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  public void gauge(String name, String description, IntSupplier value) {
    Gauge.builder(name, value, IntSupplier::getAsInt)
        .description(description)
        .strongReference(true) // nobody else holds a method reference
        .register(registry);
  }

  public void claimed(int count) {
    claims.increment(count);
  }

  public void returned(int count) {
    returns.increment(count);
  }

  public void ended() {
    ended.increment();
  }

  public void recovered() {
    recoveries.increment();
  }

  public void refused() {
    refused.increment();
  }

  public void setAside() {
    setAside.increment();
  }

  public String scrape() {
    return registry.scrape();
  }
}
