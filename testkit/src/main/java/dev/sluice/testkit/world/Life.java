package dev.sluice.testkit.world;

import static java.util.Comparator.comparingInt;

import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.RunKey;
import dev.sluice.runner.execution.Execution;
import dev.sluice.runner.execution.StopKind;
import dev.sluice.runner.identity.WorkerName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One life of a world's worker: what it has claimed, and whether it is over. */
final class Life {
  private final WorkerName name;
  private final Map<RunKey, Execution> claimed = new LinkedHashMap<>();
  private long heartbeats;
  private volatile boolean dead;

  Life(int number) {
    name = new WorkerName("worker-" + number, "worker-" + number + ".life");
  }

  WorkerName name() {
    return name;
  }

  Incarnation incarnation() {
    return new Incarnation(name.incarnation());
  }

  long nextHeartbeat() {
    return ++heartbeats;
  }

  long heartbeats() {
    return heartbeats;
  }

  boolean isDead() {
    return dead;
  }

  /** Nothing that it does from here on is seen by anybody, and its agents are told to stop. */
  void die() {
    dead = true;
    claimed.values().forEach(epoch -> epoch.stop(StopKind.LOST_JOURNAL));
  }

  // --- epochs

  void claim(RunKey run, Execution epoch) {
    claimed.put(run, epoch);
  }

  int size() {
    return claimed.size();
  }

  /** An epoch that it has claimed and not ended; null if it has none of the run. */
  @Nullable Execution epoch(RunKey run) {
    return claimed.get(run);
  }

  /** Executes the one whose turn it is; of equals the one that it claimed first. */
  void executeFirst(Schedule schedule) {
    var run = claimed.keySet().stream().min(comparingInt(schedule::turn)).orElseThrow();
    schedule.executes(run);
    var epoch = Objects.requireNonNull(claimed.get(run));
    epoch.run();
    Thread.interrupted(); // what stopped it may have interrupted this thread
    claimed.remove(run, epoch); // it may have claimed the run's next one by now
  }
}
