package dev.sluice.topology.catalog;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** Metrics of a catalog: Kafka Streams' own. */
final class CatalogMeasures {
  /** Measures of Kafka's whose names break Prometheus' rules: units cut short, gauges as counts. */
  private static final Pattern UNLIKE_PROMETHEUS =
      Pattern.compile(".*[.-](ns|ms)([.-].*)?|.*[.-]count");

  private final Supplier<KafkaStreams> streams;
  private @Nullable KafkaStreams measured;
  private PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private @Nullable KafkaStreamsMetrics binder;

  /**
   * Measures a client.
   *
   * @param streams the client now; another one is measured from then on
   */
  CatalogMeasures(Supplier<KafkaStreams> streams) {
    this.streams = streams;
  }

  synchronized String scrape() {
    var now = streams.get();
    if (!now.equals(measured)) {
      bind(now);
    }
    return registry.scrape();
  }

  private void bind(KafkaStreams now) {
    if (binder != null) {
      binder.close();
    }
    registry.close();
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry
        .config()
        .meterFilter(MeterFilter.deny(id -> UNLIKE_PROMETHEUS.matcher(id.getName()).matches()));
    binder = new KafkaStreamsMetrics(now);
    binder.bindTo(registry);
    measured = now;
  }
}
