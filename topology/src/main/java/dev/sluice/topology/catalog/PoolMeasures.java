package dev.sluice.topology.catalog;

import dev.sluice.topology.catalog.scaling.Wanted;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Metrics of each pool. They are absent while the numbers are unknown, so that no autoscaler takes
 * old numbers for current ones.
 */
final class PoolMeasures {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MultiGauge ready =
      MultiGauge.builder("sluice.pool.ready")
          .description("queued runs that wait for a worker of the pool only")
          .register(registry);
  private final MultiGauge inFlight =
      MultiGauge.builder("sluice.pool.in.flight")
          .description("runs that hold a slot of the pool")
          .register(registry);
  private final Supplier<Map<String, Wanted>> pools;

  /**
   * Measures pools.
   *
   * @param pools what each wants now; empty if that is not known
   */
  PoolMeasures(Supplier<Map<String, Wanted>> pools) {
    this.pools = pools;
  }

  synchronized String scrape() {
    var readyRows = new ArrayList<MultiGauge.Row<?>>();
    var inFlightRows = new ArrayList<MultiGauge.Row<?>>();
    pools
        .get()
        .forEach(
            (pool, wanted) -> {
              var tags = Tags.of("pool", pool);
              readyRows.add(MultiGauge.Row.of(tags, wanted.ready()));
              inFlightRows.add(MultiGauge.Row.of(tags, wanted.inFlight()));
            });
    ready.register(readyRows, true);
    inFlight.register(inFlightRows, true);
    return registry.scrape();
  }
}
