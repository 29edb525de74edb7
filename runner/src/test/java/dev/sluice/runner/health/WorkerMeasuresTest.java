package dev.sluice.runner.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class WorkerMeasuresTest {
  private final WorkerMeasures measures = new WorkerMeasures();

  /** Of something that only the gauge's own function knows. */
  private WeakReference<Object> gauge(String name, int value) {
    var held = new AtomicInteger(value);
    measures.gauge(name, "what it is", held::get);
    return new WeakReference<>(new Object());
  }

  @Test
  void everyGaugeHasItsValueAfterAGarbageCollection() {
    var collected = gauge("sluice.worker.slots", 16);

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              System.gc();
              return collected.get() == null;
            });

    assertThat(measures.scrape()).contains("sluice_worker_slots 16.0").doesNotContain("NaN");
  }

  @Test
  void twoWorkersOfOneRegistryAreToldApartAndLeaveNothingBehind() {
    var registry = new SimpleMeterRegistry();
    registry.counter("of.the.application");
    var one = new WorkerMeasures(registry, "w-1");
    var two = new WorkerMeasures(registry, "w-2");
    one.gauge("sluice.worker.slots", "what it is", () -> 1);
    two.gauge("sluice.worker.slots", "what it is", () -> 2);
    two.claimed(7);

    assertThat(registry.get("sluice.worker.slots").tag("worker", "w-2").gauge().value())
        .isEqualTo(2);
    assertThat(registry.get("sluice.worker.claims").tag("worker", "w-2").counter().count())
        .isEqualTo(7);
    assertThat(registry.get("sluice.worker.claims").tag("worker", "w-1").counter().count())
        .isEqualTo(0);
    one.close();
    two.close();
    assertThat(registry.getMeters())
        .extracting(meter -> meter.getId().getName())
        .containsExactly("of.the.application");
  }
}
