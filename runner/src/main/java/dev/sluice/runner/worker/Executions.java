package dev.sluice.runner.worker;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.HeldRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The runs that this worker executes, at most as many as it has slots. */
final class Executions {
  private static final QuietLog LOG = QuietLog.of(Executions.class);
  private static final long HALT_AFTER_MS = 1_000;

  private final int slots;
  private final WorkerParts parts;
  private final Runnable roomAgain;
  private final Runnable halt;
  private final Map<RunRef, Execution> running = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition emptied = lock.newCondition();
  private int taken;
  private boolean draining;

  /**
   * @param roomAgain called when a slot becomes free
   * @param halt ends the process at once
   */
  Executions(int slots, WorkerParts parts, Runnable roomAgain, Runnable halt) {
    this.slots = slots;
    this.parts = parts;
    this.roomAgain = roomAgain;
    this.halt = halt;
  }

  int slots() {
    return slots;
  }

  int free() {
    lock.lock();
    try {
      return draining ? 0 : slots - taken;
    } finally {
      lock.unlock();
    }
  }

  int active() {
    return running.size();
  }

  /** Takes a slot for a claim that is about to be made. */
  boolean takeSlot() {
    lock.lock();
    try {
      if (draining || taken >= slots) {
        return false;
      }
      taken++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Gives back the slot of a claim that was not made, or of a run that has ended. */
  void giveSlot() {
    lock.lock();
    try {
      taken--;
      if (taken == 0) {
        emptied.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Starts a run whose claim is known to be committed and whose slot is taken. */
  void start(Dispatch dispatch) {
    var execution = new Execution(parts, dispatch);
    running.put(execution.ref(), execution);
    if (isDraining()) {
      execution.stop(StopKind.DRAIN); // its claim was committed while the drain began
    }
    Thread.ofVirtual().name("run-" + dispatch.getRunId()).start(execution);
  }

  private boolean isDraining() {
    lock.lock();
    try {
      return draining;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives up a run whose claim may or may not have been made before the partition moved on: if it
   * was, the yield frees the lease, which this worker's heartbeats would keep for ever; if not, it
   * is void.
   */
  void giveUp(Dispatch dispatch) {
    var execution = new Execution(parts, dispatch);
    execution.stop(StopKind.LOST_JOURNAL);
    running.put(execution.ref(), execution);
    Thread.ofVirtual().name("run-" + dispatch.getRunId()).start(execution);
  }

  void ended(Execution execution) {
    running.remove(execution.ref());
    giveSlot();
    parts.measures().ended();
    roomAgain.run();
  }

  void stop(RunRef ref, StopKind kind) {
    var execution = running.get(ref);
    if (execution != null) {
      execution.stop(kind);
    }
  }

  List<HeldRun> held() {
    var held = new ArrayList<HeldRun>();
    running.keySet().forEach(ref -> held.add(new HeldRun(ref.tenant(), ref.runId(), ref.epoch())));
    return held;
  }

  /** Stops what may not go on, and ends the process for what does not stop (I5). */
  void enforceDeadlines() {
    long now = parts.nowMs();
    for (var execution : running.values()) {
      int partition = execution.dispatch().getGatePartition();
      var stopped = execution.stopped();
      if (parts.deadlines().isOver(partition, now)
          && (stopped == null || stopped == StopKind.DRAIN)) {
        execution.stop(StopKind.DEADLINE);
      } else if (stopped != null
          && stopped.halts()
          && execution.isBusy()
          && now - execution.stoppedAtMs() > HALT_AFTER_MS) {
        LOG.error(
            "Run {} does not stop ({}); ending the process", execution.ref().runId(), stopped);
        halt.run();
      }
    }
  }

  /**
   * Takes nothing new, asks every run to yield at its next step, and waits.
   *
   * @return whether all have ended within {@code timeoutMs}
   */
  boolean drain(long timeoutMs) throws InterruptedException {
    lock.lock();
    try {
      draining = true;
      running.values().forEach(execution -> execution.stop(StopKind.DRAIN));
      long left = timeoutMs * 1_000_000;
      while (taken > 0 && left > 0) {
        left = emptied.awaitNanos(left);
      }
      return taken == 0;
    } finally {
      lock.unlock();
    }
  }
}
