package dev.sluice.runner.execution;

import dev.sluice.runner.journal.ParallelSteps;
import dev.sluice.runner.journal.StartedStep;
import dev.sluice.runner.journal.Wait;
import dev.sluice.runner.value.Codec;
import dev.sluice.sdk.RunStoppedError;
import dev.sluice.sdk.TypeRef;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads of steps that execute beside the agent's: a virtual thread for each, a bounded number
 * at a time. One lock, which is held while a record is on its way, keeps all that touches the
 * journal apart: at most one append of a run is in flight.
 */
final class ParallelBodies {
  private final Execution execution;
  private final Codec codec;
  private final ParallelSteps journal;
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<BodyOfStep<?>> queue = new ArrayDeque<>();

  /** Whose threads were started and have not ended; written behind the lock, read without it. */
  private final List<BodyOfStep<?>> running = new CopyOnWriteArrayList<>();

  /** What a body threw that is no result of its step. */
  private @Nullable Throwable broken;

  private @Nullable Wait wait;
  private boolean awaited;
  private volatile boolean closing;

  ParallelBodies(Execution execution, Codec codec) {
    this.execution = execution;
    this.codec = codec;
    this.journal = execution.journal().parallel();
    this.most = execution.environment().agent(execution.dispatch().getAgent()).parallelSteps();
  }

  Execution execution() {
    return execution;
  }

  Codec codec() {
    return codec;
  }

  // --- the agent's thread

  /** Does what changes the journal while no body's end does. */
  <T extends @Nullable Object> T exclusively(Supplier<T> change) {
    lock();
    try {
      var changedTo = change.get();
      begin();
      return changedTo;
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Whoever has the lock may wait for Kafka: who waits for it executes nothing. */
  private void lock() {
    if (!lock.tryLock()) {
      parked(true);
      lock.lock();
      parked(false);
    }
  }

  private void parked(boolean waits) {
    execution.thread().parked(waits);
    var caller = Thread.currentThread();
    for (var body : running) {
      if (body.isExecutedBy(caller)) {
        body.parked(waits);
      }
    }
  }

  /** Starts a step; its body begins when it may, unless the journal has its end. */
  <T extends @Nullable Object> BodyOfStep<T> start(
      String name, String line, TypeRef<T> type, Consumer<StepTries> tried) {
    return exclusively(
        () -> {
          var body = new BodyOfStep<>(this, journal.start(name, line), type, tried);
          if (!body.started().hasEnded()) {
            queue.add(body);
          }
          return body;
        });
  }

  /**
   * Begins bodies while there is room, when the code is behind all that is journaled: code that was
   * changed is found out before it executes anything. Or when the agent waits for them; code that
   * fits the journal does not before.
   */
  private void begin() {
    if (!awaited && !journal.isBehindJournal()) {
      return;
    }
    while (running.size() < most && !queue.isEmpty() && isOpen()) {
      var next = queue.remove();
      running.add(next);
      var name = "run-" + execution.ref().runId() + "-" + next.name();
      Thread.ofVirtual().name(name).start(next);
    }
  }

  private boolean isOpen() {
    return !closing && execution.stopped() == null;
  }

  /** Waits until one of these steps has ended, and tells the agent which was the first. */
  StartedStep awaitFirst(List<StartedStep> steps) {
    return exclusively(
        () -> {
          journal.ask(steps);
          awaitUntil(() -> journal.first(steps) != null);
          var first = Objects.requireNonNull(journal.first(steps));
          journal.tell(first);
          return first;
        });
  }

  /**
   * Waits until all of these steps have ended and tells the agent so, or until one has failed.
   *
   * @return the first that has failed, of which alone the agent is told; null if none has
   */
  @Nullable StartedStep awaitAll(List<StartedStep> steps) {
    return this.<@Nullable StartedStep>exclusively(
        () -> {
          journal.ask(steps);
          awaitUntil(
              () ->
                  journal.firstFailed(steps) != null
                      || steps.stream().allMatch(StartedStep::hasEnded));
          var failed = journal.firstFailed(steps);
          (failed == null ? steps : List.of(failed)).forEach(journal::tell);
          return failed;
        });
  }

  private void awaitUntil(BooleanSupplier known) {
    changed.signalAll(); // what the agent was told last may have held up an append
    if (known.getAsBoolean()) {
      return;
    }
    awaited = true;
    begin();
    try {
      parkWhile(() -> !known.getAsBoolean() && somethingEnds());
    } finally {
      awaited = false;
    }
  }

  private boolean somethingEnds() {
    checkSound();
    if (running.isEmpty()) {
      throw nothingEnds();
    }
    return true;
  }

  private RunStoppedError nothingEnds() {
    execution.checkStopped();
    if (wait == null) {
      throw new IllegalStateException("a step was left by a RunStoppedError of its own");
    }
    return execution.journal().tail().endEpoch(wait);
  }

  /** Waits for what others do that execute; whoever stops the run interrupts. */
  private void parkWhile(BooleanSupplier waiting) {
    execution.thread().parked(true);
    try {
      while (waiting.getAsBoolean()) {
        changed.await();
      }
    } catch (InterruptedException e) {
      execution.checkStopped();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the agent's thread was interrupted", e);
    } finally {
      execution.thread().parked(false);
    }
  }

  /** Waits while a step of the code itself is held up; behind the lock. */
  void awaitRoom(BooleanSupplier isHeldUp) {
    parkWhile(isHeldUp);
  }

  /** Waits until no body is left that executes or will; behind the lock. */
  void awaitAllDone() {
    parkWhile(() -> !running.isEmpty());
  }

  /** What left a step and can be no result of it leaves the agent, whatever that does. */
  void checkSound() {
    switch (broken) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException unexpected -> throw unexpected;
      default -> throw new IllegalStateException(broken);
    }
  }

  /** The agent's code is over: stops what executes, and waits for it. */
  void close() {
    exclusively(
        () -> {
          closing = true;
          queue.clear();
          changed.signalAll();
          if (execution.stopped() != StopKind.DRAIN) {
            interrupt();
          }
          execution.thread().parked(true);
          while (!running.isEmpty()) {
            changed.awaitUninterruptibly();
          }
          execution.thread().parked(false);
          return true;
        });
  }

  // --- whoever stops the run, or looks at it: without the lock

  void interrupt() {
    running.forEach(BodyOfStep::interrupt);
  }

  boolean isExecuting() {
    return executing() != null;
  }

  /** Whether a body has begun whose thread has not ended. */
  boolean hasBegun() {
    return !running.isEmpty();
  }

  /** The thread of a body that executes; null if none does. */
  @Nullable Thread executing() {
    for (var body : running) {
      var thread = body.executing();
      if (thread != null) {
        return thread;
      }
    }
    return null;
  }

  /** The step whose body a thread executes; null if it executes none. */
  @Nullable StartedStep executedBy(Thread thread) {
    for (var body : running) {
      if (body.isExecutedBy(thread)) {
        return body.started();
      }
    }
    return null;
  }

  // --- the threads of bodies

  void checkGoesOn() {
    execution.checkStopped();
    if (closing) {
      throw new RunStoppedError("its epoch ends");
    }
  }

  /** Before a try: waits while what others may charge leaves too little. */
  void reserve(BodyOfStep<?> body, Map<String, Long> maxCharge) {
    exclusively(
        () -> {
          while (isOpen() && journal.isHeldUp(body.started(), maxCharge)) {
            changed.awaitUninterruptibly();
          }
          checkGoesOn();
          var needs = journal.reserve(body.started(), maxCharge);
          if (!needs.isEmpty()) {
            throw body.endEpoch(new Wait.Budget(needs));
          }
          return true;
        });
  }

  /** Appends a step's end, when it may. */
  void append(Consumer<ParallelSteps> end) {
    exclusively(
        () -> {
          while (!closing && journal.mustWait()) {
            changed.awaitUninterruptibly();
          }
          end.accept(journal);
          return true;
        });
  }

  /**
   * The thread of a body ends.
   *
   * @param cut whether the body was stopped before its end
   */
  void done(BodyOfStep<?> body, boolean cut) {
    exclusively(
        () -> {
          running.remove(body);
          settle(body, cut);
          return true;
        });
  }

  private void settle(BodyOfStep<?> body, boolean cut) {
    var failure = body.failure();
    if (failure != null) {
      journal.failed(body.started(), failure);
    } else if (body.thrown() != null) {
      broken = body.thrown();
    }
    journal.over(body.started(), cut);
    wait = wait == null ? body.waitsFor() : wait;
  }
}
