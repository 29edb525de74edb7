package dev.sluice.runner.worker;

import dev.sluice.runner.NonRetryableException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What the parts of one worker share. */
final class WorkerParts implements AutoCloseable {
  private final Incarnations identity;
  private final Map<String, LoadedAgent> agents;
  private final JournalAppender writer;
  private final JournalSource reader;
  private final LeaseDeadlines deadlines;
  private final WorkerMeasures measures;
  private final LifeSigns life = new LifeSigns(() -> executions().halt(), this::nowMs);
  private final LimitPauses limits = new LimitPauses();
  private final StepTimeouts timeouts = new StepTimeouts();
  private final Clock clock = Clock.systemUTC();
  private @Nullable Executions executions;
  private final CountDownLatch idLost = new CountDownLatch(1);
  private volatile boolean dead;

  WorkerParts(
      Incarnations identity,
      Map<String, LoadedAgent> agents,
      JournalAppender writer,
      JournalSource reader,
      LeaseDeadlines deadlines,
      WorkerMeasures measures) {
    this.identity = identity;
    this.agents = Map.copyOf(agents);
    this.writer = writer;
    this.reader = reader;
    this.deadlines = deadlines;
    this.measures = measures;
  }

  void use(Executions all) {
    executions = all;
  }

  Executions executions() {
    return java.util.Objects.requireNonNull(executions);
  }

  String worker() {
    return identity.worker();
  }

  String incarnation() {
    return identity.incarnation();
  }

  Map<String, LoadedAgent> agents() {
    return agents;
  }

  LoadedAgent agent(String name) {
    var agent = agentOrNull(name);
    if (agent == null) {
      throw new NonRetryableException("this worker has no agent " + name);
    }
    return agent;
  }

  @Nullable LoadedAgent agentOrNull(String name) {
    return agents.get(name);
  }

  LifeSigns life() {
    return life;
  }

  JournalAppender writer() {
    return writer;
  }

  JournalSource reader() {
    return reader;
  }

  LeaseDeadlines deadlines() {
    return deadlines;
  }

  WorkerMeasures measures() {
    return measures;
  }

  LimitPauses limits() {
    return limits;
  }

  StepTimeouts timeouts() {
    return timeouts;
  }

  Clock clock() {
    return clock;
  }

  /** Monotonic time, in milliseconds. */
  long nowMs() {
    return System.nanoTime() / 1_000_000;
  }

  /** Another worker goes by this one's id: this one takes no more runs. */
  void lostId() {
    life.closing();
    idLost.countDown();
  }

  void awaitLostId() throws InterruptedException {
    idLost.await();
  }

  /** Whether the worker has given up: nothing is tried again. */
  boolean isDead() {
    return dead;
  }

  /** Nothing is tried any more. */
  @Override
  public void close() {
    life.closing();
    dead = true;
    timeouts.close();
  }

  void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      // The caller's loop decides whether to go on.
    }
  }
}
