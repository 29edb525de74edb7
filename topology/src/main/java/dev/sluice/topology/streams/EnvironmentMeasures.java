package dev.sluice.topology.streams;

import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.reading.DeletedUnread;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Metrics of a process's environment. */
public final class EnvironmentMeasures {
  private final Alarms alarms;
  private final List<DeletedUnread> readers;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MultiGauge standingAlarms = gauge("sluice.alarms", "what is wrong now");
  private final MultiGauge standingReaders =
      gauge(
          "sluice.readers.standing.seconds",
          "how long an open transaction has kept readers of committed records waiting");
  private final MultiGauge deleted =
      gauge(
          "sluice.records.deleted.unread",
          "offsets that were deleted before a reader of ours came to them");

  /** Measures of these alarms and readers. */
  public EnvironmentMeasures(Alarms alarms, Collection<DeletedUnread> readers) {
    this.alarms = alarms;
    this.readers = List.copyOf(readers);
  }

  private MultiGauge gauge(String name, String description) {
    return MultiGauge.builder(name).description(description).register(registry);
  }

  /**
   * All measures, in Prometheus' text format.
   *
   * @param standing how long readers have stood where they do
   */
  public String scrape(Map<TopicPartition, Duration> standing) {
    var kinds = new ArrayList<MultiGauge.Row<?>>();
    alarms
        .counts()
        .forEach((kind, count) -> kinds.add(MultiGauge.Row.of(Tags.of("kind", kind), count)));
    standingAlarms.register(kinds, true);
    var stood = new ArrayList<MultiGauge.Row<?>>();
    standing.forEach(
        (partition, since) ->
            stood.add(MultiGauge.Row.of(tags(partition), since.toMillis() / 1_000.0)));
    standingReaders.register(stood, true);
    var gone = new ArrayList<MultiGauge.Row<?>>();
    for (var reader : readers) {
      reader
          .counts()
          .forEach((partition, count) -> gone.add(MultiGauge.Row.of(tags(partition), count)));
    }
    deleted.register(gone, true);
    return registry.scrape();
  }

  private static Tags tags(TopicPartition partition) {
    return Tags.of(
        "topic", partition.topic(), "partition", Integer.toString(partition.partition()));
  }
}
