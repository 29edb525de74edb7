package dev.sluice.local.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/** One fault after the other, with pauses between them; which, when and how long is the seed's. */
final class Lane {
  private static final int SHORTEST_MS = 500;
  private static final int LONGEST_MS = 8_000;
  private static final int LONGEST_PAUSE_MS = 4_000;

  private record Planned(Fault fault, int pauseMs, int lastsMs) {}

  private final String name;
  private final List<Planned> plan = new ArrayList<>();

  /** Each of the faults as often as any other, within one; in the seed's order. */
  Lane(String name, long seed, List<Fault> faults, Duration time) {
    this.name = name;
    var random = new SplittableRandom(seed);
    var left = new ArrayList<Fault>();
    for (long ms = 0; ms < time.toMillis(); ) {
      if (left.isEmpty()) {
        left.addAll(faults);
      }
      var fault = left.remove(random.nextInt(left.size()));
      int pauseMs = random.nextInt(LONGEST_PAUSE_MS);
      int lastsMs = random.nextInt(SHORTEST_MS, LONGEST_MS);
      plan.add(new Planned(fault, pauseMs, lastsMs));
      ms += pauseMs + lastsMs;
    }
  }

  /** Begins; the task is done when the last fault has ended. */
  FutureTask<Integer> start() {
    var task = new FutureTask<>(this::goThrough);
    Thread.ofPlatform().name("chaos-" + name).start(task);
    return task;
  }

  private int goThrough() throws Exception {
    for (var next : plan) {
      pause(next.pauseMs());
      System.out.printf("chaos: %s, %d ms%n", next.fault().name(), next.lastsMs());
      next.fault().begin().run();
      try {
        pause(next.lastsMs());
      } finally {
        next.fault().end().run();
      }
    }
    return plan.size();
  }

  private static void pause(long ms) {
    long until = System.nanoTime() + Duration.ofMillis(ms).toNanos();
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
