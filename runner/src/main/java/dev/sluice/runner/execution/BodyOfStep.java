package dev.sluice.runner.execution;

import dev.sluice.runner.journal.JournalTail;
import dev.sluice.runner.journal.StartedStep;
import dev.sluice.runner.journal.Wait;
import dev.sluice.runner.trace.Entered;
import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.ParallelSteps.StepHandle;
import dev.sluice.sdk.RunStoppedError;
import dev.sluice.sdk.TypeRef;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A step that was started, and the thread of its body. */
final class BodyOfStep<T extends @Nullable Object> implements StepHandle<T>, StepPlace, Runnable {
  private final ParallelBodies bodies;
  private final StartedStep started;
  private final TypeRef<T> type;
  private final Consumer<StepTries> tried;

  // --- for the body's own thread, and for others behind the lock of all bodies

  private @Nullable Throwable thrown;
  private JournalTail.@Nullable Failure failure;
  private @Nullable Wait wait;

  // --- behind this object's own lock: who stops a run waits for no record

  private @Nullable Thread thread;
  private boolean inBody;
  private boolean parked;
  private boolean told;
  private boolean cut;

  /**
   * @param tried executes the body and journals its end
   */
  BodyOfStep(
      ParallelBodies bodies, StartedStep started, TypeRef<T> type, Consumer<StepTries> tried) {
    this.bodies = bodies;
    this.started = started;
    this.type = type;
    this.tried = tried;
  }

  @Override
  public String name() {
    return started.name();
  }

  StartedStep started() {
    return started;
  }

  TypeRef<T> type() {
    return type;
  }

  boolean isOf(Execution epoch) {
    return bodies.execution() == epoch;
  }

  /** What left the step in this epoch; null if nothing did. */
  @Nullable Throwable thrown() {
    return thrown;
  }

  /** How its body failed in its last try; null if it did not. */
  JournalTail.@Nullable Failure failure() {
    return failure;
  }

  /** What it waits for without a slot; null for nothing. */
  @Nullable Wait waitsFor() {
    return wait;
  }

  // --- its thread

  @Override
  public void run() {
    synchronized (this) {
      thread = Thread.currentThread();
    }
    var entered = Entered.NOTHING;
    try {
      entered = bodies.execution().thread().trace().enter();
      checkGoesOn();
      tried.accept(new StepTries(bodies.execution(), bodies.codec(), this));
    } catch (RunStoppedError stop) {
      // The agent's thread is stopped, too, or finds that nothing is left to wait for.
    } catch (RuntimeException | Error e) {
      bodies.execution().environment().life().endIfFatal("a step", e);
      thrown = e;
    } finally {
      entered.close();
      bodies.done(this, cut);
    }
  }

  /** Whether the caller is the thread of its body. */
  synchronized boolean isExecutedBy(Thread other) {
    return thread == other;
  }

  /** Its thread while that executes the body; null otherwise. */
  synchronized @Nullable Thread executing() {
    return inBody && !parked ? thread : null;
  }

  /** The body waits for a record of another step, or no longer. */
  synchronized void parked(boolean waits) {
    parked = waits;
  }

  /** Stops its body, or the pause between two tries. */
  synchronized void interrupt() {
    told = true;
    if (inBody) {
      Objects.requireNonNull(thread).interrupt();
    }
  }

  @Override
  public synchronized void enters() {
    inBody = true;
    if (told) {
      Objects.requireNonNull(thread).interrupt();
    }
  }

  /** What told the body to stop must not stop its record. */
  @Override
  public synchronized void leaves(boolean returned) {
    inBody = false;
    cut |= told && !returned;
    if (told) {
      Thread.interrupted();
    }
  }

  // --- its tries

  @Override
  public int code() {
    return started.code();
  }

  @Override
  public void reserve(Map<String, Long> maxCharge) {
    bodies.reserve(this, maxCharge);
  }

  @Override
  public void checkGoesOn() {
    bodies.checkGoesOn();
  }

  @Override
  public void ended(
      String step, ValueCodec.Encoded encoded, int tries, long startedAtMs, long endedAtMs) {
    bodies.append(parallel -> parallel.ended(started, encoded, tries, startedAtMs, endedAtMs));
  }

  @Override
  public void failed(JournalTail.Failure how) {
    failure = how;
  }

  /** The others go on; the epoch ends when nothing else is left to wait for. */
  @Override
  public RunStoppedError endEpoch(Wait until) {
    wait = until;
    return new RunStoppedError("its step waits without a slot");
  }
}
