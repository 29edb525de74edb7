package dev.sluice.runner.health;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;

/** What operators see of a worker. */
public final class WorkerMeasures implements AutoCloseable {
  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> registered = new CopyOnWriteArrayList<>();
  private final Counter claims;
  private final Counter returns;
  private final Counter ended;
  private final Counter recoveries;
  private final Counter refused;
  private final Counter setAside;
  private final Counter chunksSent;
  private final Counter chunksLost;

  /** Of a process that is one worker. */
  public WorkerMeasures() {
    this(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), Tags.empty());
  }

  /** Of one worker among others, in the registry that its application has. */
  public WorkerMeasures(MeterRegistry registry, String worker) {
    this(registry, Tags.of("worker", worker));
  }

  private WorkerMeasures(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
    claims = counter("sluice.worker.claims", "runs claimed");
    returns = counter("sluice.worker.returns", "dispatches given back");
    ended = counter("sluice.worker.epochs.ended", "epochs ended here");
    recoveries = counter("sluice.worker.claim.recoveries", "claim transactions of unknown outcome");
    refused =
        counter("sluice.worker.steps.refused", "tries of steps that met a limit, such as a 429");
    setAside =
        counter("sluice.worker.records.set.aside", "dispatches and control records not understood");
    chunksSent = counter("sluice.worker.chunks.sent", "chunks of output sent");
    chunksLost = counter("sluice.worker.chunks.lost", "chunks of output that could not be sent");
  }

  private Counter counter(String name, String description) {
    var counter = Counter.builder(name).tags(tags).description(description).register(registry);
    registered.add(counter);
    return counter;
  }

  public void gauge(String name, String description, IntSupplier value) {
    registered.add(
        Gauge.builder(name, value, IntSupplier::getAsInt)
            .tags(tags)
            .description(description)
            .strongReference(true) // nobody else holds a method reference
            .register(registry));
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

  public void chunkSent() {
    chunksSent.increment();
  }

  public void chunkLost() {
    chunksLost.increment();
  }

  /** In Prometheus' text format; empty if an application has the registry. */
  public String scrape() {
    return registry instanceof PrometheusMeterRegistry own ? own.scrape() : "";
  }

  /** The registry may outlive the worker, whose gauges would keep all of it in memory. */
  @Override
  public void close() {
    registered.forEach(registry::remove);
  }
}
