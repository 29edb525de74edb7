package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Heap that 2,000 runs blocked in a step take in gate, broker and runner. */
final class BlockedMemory {
  private static final int BLOCKED = 2_000;

  private BlockedMemory() {}

  private static final class Blocked implements Agent<@Nullable Object, @Nullable Object> {
    private volatile CountDownLatch blocked = new CountDownLatch(BLOCKED);
    private volatile CountDownLatch release = new CountDownLatch(1);

    @Override
    public String name() {
      return "blocked";
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      run.step(
          "wait",
          () -> {
            var open = release;
            blocked.countDown();
            open.await();
          });
      return null;
    }
  }

  static List<Figure> measure(Bed bed) throws Exception {
    var agent = new Blocked();
    try (var stage = new Stage(bed, "memory.", 10, List.of(agent));
        var completions = Throughput.completions(bed, stage)) {
      // The first round fills what is kept for good: buffers, caches, pools of threads.
      completions.await(BLOCKED, () -> used(stage, agent));
      long before = used();
      agent.blocked = new CountDownLatch(BLOCKED);
      agent.release = new CountDownLatch(1);
      var during = new AtomicLong();
      completions.await(BLOCKED, () -> during.set(used(stage, agent)));
      double bytes = (during.get() - before) / (double) BLOCKED;
      return List.of(Figure.of("memory per run blocked in a step", bytes / 1024, "KiB"));
    }
  }

  /** Bytes in use while all runs are blocked. */
  private static long used(Stage stage, Blocked agent) {
    for (int i = 0; i < BLOCKED; i++) {
      stage.submit("blocked", "null");
    }
    try {
      agent.blocked.await();
      long used = used();
      agent.release.countDown();
      return used;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while runs begin", e);
    }
  }

  /** Bytes in use on the heap once it has been collected. */
  static long used() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(200);
    }
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
