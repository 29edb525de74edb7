package dev.sluice.gateway.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** What operators see of streams. */
final class EventMeasures {
  private final MeterRegistry registry;
  private final Counter dropped;
  private final Counter chunks;

  EventMeasures(MeterRegistry registry) {
    this.registry = registry;
    dropped =
        Counter.builder("sluice.gateway.streams.dropped")
            .description("streams ended because their callers were too slow")
            .register(registry);
    chunks =
        Counter.builder("sluice.gateway.chunks")
            .description("chunks of output written to streams")
            .register(registry);
  }

  void open(IntSupplier count) {
    Gauge.builder("sluice.gateway.streams", count, IntSupplier::getAsInt)
        .description("streams open")
        .strongReference(true)
        .register(registry);
  }

  void waiting(LongSupplier bytes) {
    Gauge.builder("sluice.gateway.streams.bytes", bytes, LongSupplier::getAsLong)
        .description("bytes that wait to be written to streams")
        .strongReference(true)
        .register(registry);
  }

  void dropped() {
    dropped.increment();
  }

  void chunk() {
    chunks.increment();
  }
}
