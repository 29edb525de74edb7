package dev.sluice.runner.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
}
