package dev.sluice.topology.gate;

import dev.sluice.schemas.process.Alarms;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** What operators see of the gate's environment. */
final class EnvironmentMeasures {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MultiGauge alarms =
      MultiGauge.builder("sluice.alarms").description("what is wrong now").register(registry);
  private final MultiGauge standing =
      MultiGauge.builder("sluice.readers.standing.seconds")
          .description("how long an open transaction has kept readers of committed records waiting")
          .register(registry);

  String scrape(Alarms now, Map<TopicPartition, Duration> stood) {
    var kinds = new ArrayList<MultiGauge.Row<?>>();
    now.counts()
        .forEach((kind, count) -> kinds.add(MultiGauge.Row.of(Tags.of("kind", kind), count)));
    alarms.register(kinds, true);
    var rows = new ArrayList<MultiGauge.Row<?>>();
    stood.forEach(
        (partition, since) ->
            rows.add(
                MultiGauge.Row.of(
                    Tags.of(
                        "topic",
                        partition.topic(),
                        "partition",
                        Integer.toString(partition.partition())),
                    since.toMillis() / 1_000.0)));
    standing.register(rows, true);
    return registry.scrape();
  }
}
