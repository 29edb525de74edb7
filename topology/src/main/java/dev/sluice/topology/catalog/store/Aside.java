package dev.sluice.topology.catalog.store;

import dev.sluice.schemas.process.QuietLog;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Counts and logs the records and entries that the catalog could not use and left out. */
public final class Aside {
  private static final QuietLog LOG = QuietLog.of(Aside.class);

  private final MeterRegistry measures;

  public Aside(MeterRegistry measures) {
    this.measures = measures;
  }

  /** A record of which nothing was taken in. */
  public void record(RecordMetadata at, Throwable why) {
    measures.counter("sluice.catalog.records.set.aside", "topic", at.topic()).increment();
    LOG.warn(
        "Record {}-{}@{} is set aside and not shown", at.topic(), at.partition(), at.offset(), why);
  }

  /** An entry of the catalog's own state that cannot be read back. */
  public void entry(String store, String key, Throwable why) {
    measures.counter("sluice.catalog.entries.unreadable", "store", store).increment();
    LOG.error(
        "Entry {} of {} cannot be read back; the catalog goes on without it", key, store, why);
  }
}
