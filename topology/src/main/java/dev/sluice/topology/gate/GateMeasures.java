package dev.sluice.topology.gate;

import dev.sluice.admission.TenantDepth;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What operators see of the gate, per tenant, in Prometheus' text format. */
final class GateMeasures {
  private record Sample(List<TenantDepth> depths, int liveRuns, long nowMs) {}

  private record Row(TenantDepth depth, long nowMs) {}

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Integer, Sample> samples = new ConcurrentHashMap<>();
  private final Counter read =
      Counter.builder("sluice.gate.records").description("records read").register(registry);

  GateMeasures() {
    Gauge.builder("sluice.gate.runs.live", this, GateMeasures::liveRuns)
        .description("runs that have not ended, of all tenants")
        .register(registry);
  }

  private double liveRuns() {
    return samples.values().stream().mapToInt(Sample::liveRuns).sum();
  }

  void countRead() {
    read.increment();
  }

  void publish(int partition, List<TenantDepth> depths, int liveRuns, long nowMs) {
    samples.put(partition, new Sample(depths, liveRuns, nowMs));
  }

  void forget(int partition) {
    samples.remove(partition);
  }

  String scrape() {
    var rows = new ArrayList<Row>();
    samples
        .values()
        .forEach(
            sample -> sample.depths().forEach(depth -> rows.add(new Row(depth, sample.nowMs()))));
    register("sluice.tenant.cap", "most leases at once", rows, row -> row.depth().load().cap());
    register("sluice.tenant.in.flight", "live leases", rows, row -> row.depth().load().inFlight());
    register("sluice.tenant.held", "queued over the cap", rows, row -> row.depth().load().held());
    register(
        "sluice.tenant.ready",
        "queued and waiting for a worker only",
        rows,
        row -> row.depth().load().ready());
    register(
        "sluice.tenant.in.flight.oldest.seconds",
        "age of the oldest lease",
        rows,
        row -> age(row, row.depth().oldestInFlightMs()));
    register(
        "sluice.tenant.held.oldest.seconds",
        "how long the oldest held run waits",
        rows,
        row -> age(row, row.depth().oldestHeldMs()));
    register(
        "sluice.tenant.ready.oldest.seconds",
        "how long the oldest ready run waits",
        rows,
        row -> age(row, row.depth().oldestReadyMs()));
    return registry.scrape();
  }

  private static double age(Row row, @Nullable Long sinceMs) {
    return sinceMs == null ? 0 : Math.max(0, row.nowMs() - sinceMs) / 1_000.0;
  }

  private final Map<String, MultiGauge> gauges = new ConcurrentHashMap<>();

  private void register(
      String name, String description, List<Row> rows, ToDoubleFunction<Row> value) {
    var gauge =
        gauges.computeIfAbsent(
            name, key -> MultiGauge.builder(key).description(description).register(registry));
    gauge.register(
        rows.stream()
            .map(row -> MultiGauge.Row.of(Tags.of("tenant", row.depth().tenant()), row, value))
            .toList(),
        true);
  }
}
