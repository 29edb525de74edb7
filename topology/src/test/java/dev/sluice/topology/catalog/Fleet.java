package dev.sluice.topology.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An hour of real requests to a language model, as runs of agents, on workers that come and go; in
 * seconds. What it does with caps, slots and drains is what gate and runners do.
 */
final class Fleet {
  static final int SLOTS = 16;
  static final int CAP = 20;
  private static final int START_S = 30;
  private static final int DRAIN_S = 30;
  private static final int TENANTS = 50;
  private static final double STRETCH = 15;

  /** Is told of each run's way. */
  interface Listener {
    void submitted(Run run);

    void dispatched(Run run);

    void queuedAgain(Run run);

    void ended(Run run);
  }

  /** A run: when it comes, and how many seconds it still needs. */
  static final class Run {
    final String id;
    final Tenant tenant;
    final int submittedS;
    private int leftS;
    private int queuedS;

    private Run(String id, Tenant tenant, int submittedS, int leftS) {
      this.id = id;
      this.tenant = tenant;
      this.submittedS = submittedS;
      this.leftS = leftS;
      queuedS = submittedS;
    }
  }

  static final class Tenant {
    final String name;
    private final Deque<Run> queue = new ArrayDeque<>();
    private int inFlight;

    private Tenant(String name) {
      this.name = name;
    }

    int inFlight() {
      return inFlight;
    }

    int queued() {
      return queue.size();
    }

    int ready() {
      return Math.min(queue.size(), CAP - inFlight);
    }

    @Nullable Integer oldestReadyS() {
      return ready() > 0 ? queue.getFirst().queuedS : null;
    }
  }

  private static final class Worker {
    private final int readyAtS;
    private final List<Run> runs = new ArrayList<>();
    private int drainsUntilS = Integer.MAX_VALUE;

    private Worker(int readyAtS) {
      this.readyAtS = readyAtS;
    }

    private boolean drains() {
      return drainsUntilS != Integer.MAX_VALUE;
    }

    private boolean hasRoom(int nowS) {
      return !drains() && readyAtS <= nowS && runs.size() < SLOTS;
    }
  }

  private final Deque<Run> coming;
  private final Map<String, Tenant> tenants = new TreeMap<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Random picks = new Random(3);
  private final Listener listener;
  private int nowS;
  private int runs;
  private long readySeconds;
  private long workerSeconds;
  private int longestReadyS;
  private int moved;

  private Fleet(Listener listener, int workersAtFirst) {
    this.listener = listener;
    coming = new ArrayDeque<>();
    for (int i = 0; i < workersAtFirst; i++) {
      workers.add(new Worker(0));
    }
  }

  /**
   * The runs of a trace: prompts are read at 2,000 tokens a second, answers written at 50, 15 calls
   * make a run; tenants by Zipf over 50.
   */
  static Fleet of(Path trace, Listener listener, int workersAtFirst) throws IOException {
    var fleet = new Fleet(listener, workersAtFirst);
    var random = new Random(1);
    LocalDateTime began = null;
    for (var line : Files.readAllLines(trace)) {
      if (line.startsWith("TIMESTAMP")) {
        continue;
      }
      var fields = line.split(",", -1);
      var at = LocalDateTime.parse(fields[0].replace(' ', 'T'));
      began = began == null ? at : began;
      double callS = Integer.parseInt(fields[1]) / 2_000.0 + Integer.parseInt(fields[2]) / 50.0;
      var name = "t" + zipf(random);
      var tenant = fleet.tenants.computeIfAbsent(name, Tenant::new);
      int atS = (int) Duration.between(began, at).toSeconds();
      int runS = Math.max(1, (int) Math.round(STRETCH * callS));
      fleet.coming.addLast(new Run("r" + fleet.runs++, tenant, atS, runS));
    }
    return fleet;
  }

  private static int zipf(Random random) {
    double all = 0;
    for (int rank = 1; rank <= TENANTS; rank++) {
      all += 1.0 / rank;
    }
    double left = random.nextDouble() * all;
    int rank = 1;
    while (left > 1.0 / rank && rank < TENANTS) {
      left -= 1.0 / rank++;
    }
    return rank;
  }

  boolean isOver() {
    return coming.isEmpty()
        && tenants.values().stream().allMatch(one -> one.queue.isEmpty() && one.inFlight == 0);
  }

  /** A second passes. */
  void pass() {
    nowS++;
    workers.forEach(this::work);
    workers.removeIf(one -> one.drains() && one.runs.isEmpty());
    while (!coming.isEmpty() && coming.getFirst().submittedS <= nowS) {
      var run = coming.removeFirst();
      run.tenant.queue.addLast(run);
      listener.submitted(run);
    }
    workers.forEach(this::fill);
    for (var tenant : tenants.values()) {
      readySeconds += tenant.ready();
      var oldest = tenant.oldestReadyS();
      longestReadyS = oldest == null ? longestReadyS : Math.max(longestReadyS, nowS - oldest);
    }
    workerSeconds += workers.size();
  }

  private void work(Worker worker) {
    for (Iterator<Run> each = worker.runs.iterator(); each.hasNext(); ) {
      var run = each.next();
      run.leftS--;
      if (run.leftS <= 0) {
        each.remove();
        run.tenant.inFlight--;
        listener.ended(run);
      } else if (nowS >= worker.drainsUntilS) {
        each.remove();
        run.tenant.inFlight--;
        run.queuedS = nowS;
        run.tenant.queue.addFirst(run);
        moved++;
        listener.queuedAgain(run);
      }
    }
  }

  private void fill(Worker worker) {
    while (worker.hasRoom(nowS)) {
      Tenant next = null;
      for (var tenant : tenants.values()) {
        boolean isOlder =
            tenant.ready() > 0
                && (next == null
                    || tenant.queue.getFirst().queuedS < next.queue.getFirst().queuedS);
        next = isOlder ? tenant : next;
      }
      if (next == null) {
        return;
      }
      var run = next.queue.removeFirst();
      next.inFlight++;
      worker.runs.add(run);
      listener.dispatched(run);
    }
  }

  /** Adds workers, or drains some that chance picks, as a ReplicaSet does. */
  void scaleTo(int wanted) {
    var kept = new ArrayList<>(workers.stream().filter(one -> !one.drains()).toList());
    for (int i = kept.size(); i < wanted; i++) {
      workers.add(new Worker(nowS + START_S));
    }
    while (kept.size() > wanted) {
      kept.remove(picks.nextInt(kept.size())).drainsUntilS = nowS + DRAIN_S;
    }
  }

  /** Workers that were not told to go. */
  int workers() {
    return (int) workers.stream().filter(one -> !one.drains()).count();
  }

  int nowS() {
    return nowS;
  }

  int inFlight() {
    return tenants.values().stream().mapToInt(Tenant::inFlight).sum();
  }

  int ready() {
    return tenants.values().stream().mapToInt(Tenant::ready).sum();
  }

  int held() {
    return tenants.values().stream().mapToInt(one -> one.queued() - one.ready()).sum();
  }

  /** How many of the workers' slots are taken, those of workers that start included. */
  double busy() {
    return workers.stream().mapToInt(one -> one.runs.size()).sum()
        / (double) Math.max(1, SLOTS * workers.size());
  }

  // --- what came of it

  double meanReadyS() {
    return readySeconds / (double) runs;
  }

  int longestReadyS() {
    return longestReadyS;
  }

  long workerMinutes() {
    return Math.round(workerSeconds / 60.0);
  }

  int moved() {
    return moved;
  }
}
