package dev.sluice.runner.execution;

import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.identity.RunRef;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.HeldRun;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The runs that this worker executes, at most as many as it has slots. */
public final class Executions {
  private static final QuietLog LOG = QuietLog.of(Executions.class);
  private static final long HALT_AFTER_MS = 1_000;

  /** Two turns of the deadlines' timer: what passes beyond was no time for anybody. */
  private static final long LONGEST_LOOK_MS = 200;

  private static final long STUCK_AFTER_MS = 10_000;
  private static final int REMEMBERED = 10_000;
  private static final int MOST_HELD_CHARS = 256 * 1024;
  private static final int MOST_STOPPING = 500;

  /** Later than the gate's grace. */
  private static final long END_AFTER_MS = 45_000;

  private static final long YIELD_WITHIN_MS = 30_000;
  private static final long YIELD_LOOK_MS = 100;

  /** Behind the end of the lease: the time to stop, and two turns of the deadlines' timer. */
  private static final long ENDS_WITHIN_MS = 5_000;

  private static final long ENDS_LOOK_MS = 20;

  private final Slots slots;
  private final ExecutionEnvironment environment;
  private final Resorts resorts;
  private final Map<RunRef, Execution> running = new ConcurrentHashMap<>();

  /**
   * A claim on its way.
   *
   * @param sinceMs a time before it was sent
   * @param told what its run was told meanwhile: the gate may know of the claim earlier
   */
  private record Claim(long sinceMs, @Nullable StopKind told) {}

  private final Map<RunRef, Claim> claiming = new ConcurrentHashMap<>();

  private final LongCode longCode = new LongCode();
  private final AtomicBoolean ending = new AtomicBoolean();
  private volatile boolean closing;

  /** Whoever has it enforces deadlines. */
  private final ReentrantLock enforcing = new ReentrantLock();

  /** When deadlines were last enforced; behind the lock. */
  private long lookedMs;

  /** The one run of those held that may be what ends this worker. */
  private final AtomicReference<@Nullable RunRef> suspect = new AtomicReference<>();

  /** Epochs that were begun here, the newest ones: none of them begins again. */
  private final Set<RunRef> begun =
      Collections.newSetFromMap(
          Collections.synchronizedMap(
              new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<RunRef, Boolean> eldest) {
                  return size() > REMEMBERED;
                }
              }));

  /**
   * What is done about code that does not stop.
   *
   * @param halt ends the JVM at once; called once for each run whose lease may be over while its
   *     code executes, should it return
   * @param end ends this worker, whose room is taken by such code
   */
  public record Resorts(Runnable halt, Runnable end) {}

  public Executions(Slots slots, ExecutionEnvironment environment, Resorts resorts) {
    this.slots = slots;
    this.environment = environment;
    this.resorts = resorts;
  }

  public int active() {
    return running.size();
  }

  /**
   * Takes a slot for a claim that is about to be made.
   *
   * @return {@code CLAIM}, or why there is none to take: of runs that may be what ends this worker
   *     it holds one at most
   */
  public AnswerKind take(Dispatch dispatch) {
    var ref = RunRef.of(dispatch);
    if (dispatch.getSuspect() && !suspect.compareAndSet(null, ref)) {
      return AnswerKind.RETURN_SUSPECT;
    }
    if (!slots.take()) {
      clear(ref);
      return AnswerKind.RETURN_NO_SLOT;
    }
    claiming.put(ref, new Claim(environment.nowMs(), null));
    return AnswerKind.CLAIM;
  }

  /** If it was the suspect, it is no more: it has got further than before, or is not held. */
  private void clear(RunRef ref) {
    suspect.updateAndGet(held -> ref.equals(held) ? null : held);
  }

  /** Whether this worker has claimed it, or is about to: it is answered once. */
  public boolean knows(RunRef ref) {
    return claiming.containsKey(ref) || begun.contains(ref);
  }

  /** Gives back the slot of a claim that was not made. */
  public void giveSlot(RunRef ref) {
    claiming.remove(ref);
    clear(ref);
    slots.give();
  }

  /** Starts a run whose claim is known to be committed and whose slot is taken. */
  public void start(Dispatch dispatch) {
    begin(execution(dispatch));
  }

  private Execution execution(Dispatch dispatch) {
    var claim = claiming.get(RunRef.of(dispatch));
    long sinceMs = claim == null ? environment.nowMs() : claim.sinceMs();
    return new Execution(environment, dispatch, sinceMs, new Hearing());
  }

  private void begin(Execution execution) {
    var ref = execution.ref();
    begun.add(ref);
    running.put(ref, execution);
    var claim = claiming.remove(ref);
    var told = claim == null ? null : claim.told();
    if (told != null) {
      execution.stop(told);
    }
    if (slots.isDraining()) {
      // Its claim was committed while the drain or the close began.
      execution.stop(closing ? StopKind.CLOSE : StopKind.DRAIN);
    }
    Thread.ofVirtual().name("run-" + ref.runId()).start(execution);
  }

  /**
   * Gives up a run whose claim may or may not have been made before the partition moved on: if it
   * was, the yield frees the lease, which this worker's heartbeats would keep for ever; if not, it
   * is void.
   */
  public void giveUp(Dispatch dispatch) {
    var execution = execution(dispatch);
    execution.stop(StopKind.LOST_JOURNAL);
    begin(execution);
  }

  private final class Hearing implements ExecutionListener {
    @Override
    public void advanced(RunRef ref) {
      clear(ref);
    }

    @Override
    public void ended(Execution execution) {
      running.remove(execution.ref(), execution);
      clear(execution.ref());
      slots.give();
      environment.watch().measures().ended();
      slots.roomAgain();
    }
  }

  /** Stops an epoch of a run; where the epoch is 0, whatever epoch of it is held. */
  public void stop(RunRef ref, StopKind kind) {
    // Claims first: what is begun meanwhile is in one of the two.
    for (var claimed : claiming.keySet()) {
      if (ref.names(claimed)) {
        claiming.computeIfPresent(claimed, (same, claim) -> new Claim(claim.sinceMs(), kind));
      }
    }
    for (var execution : running.values()) {
      if (ref.names(execution.ref())) {
        execution.stop(kind);
      }
    }
  }

  /**
   * Every run whose claim was sent and not refused, to that of which the last record is known to
   * stand; null if there are too many for a heartbeat. A run that was given up is left out: nobody
   * would end its lease.
   */
  public @Nullable List<HeldRun> held() {
    var refs = new HashSet<>(claiming.keySet()); // first: what is begun meanwhile is in one
    running.values().stream()
        .filter(execution -> !execution.thread().isGivenUp())
        .map(Execution::ref)
        .forEach(refs::add);
    long chars = 0;
    for (var ref : refs) {
      chars += ref.tenant().length() + ref.runId().length();
    }
    return chars > MOST_HELD_CHARS ? null : refs.stream().map(Executions::held).toList();
  }

  /**
   * Runs that the gate has told to stop, or that were given up, and whose code executes all the
   * same. Of very many the others are told when the first have ended.
   */
  public List<HeldRun> stopping() {
    return running.values().stream()
        .filter(execution -> execution.thread().isLingering())
        .limit(MOST_STOPPING)
        .map(execution -> held(execution.ref()))
        .toList();
  }

  private static HeldRun held(RunRef ref) {
    return new HeldRun(ref.tenant(), ref.runId(), ref.epoch());
  }

  /** Stops what may not go on, and halts the JVM for what does not stop (I5): again and again. */
  public void enforceDeadlines() {
    enforcing.lock();
    try {
      enforceAll();
    } finally {
      enforcing.unlock();
    }
  }

  private void enforceAll() {
    long now = environment.nowMs();
    long passedMs = Math.clamp(now - lookedMs, 0, LONGEST_LOOK_MS);
    lookedMs = now;
    for (var execution : running.values()) {
      try {
        enforceDeadline(execution, now, passedMs);
        longCode.look(execution, now);
      } catch (RuntimeException e) { // the others' deadlines hold all the same
        environment.life().failed("the deadline of a run", e);
      }
    }
    endIfStuck(now);
  }

  /**
   * Ends this worker when half of its slots are taken by code that does not stop, after the other
   * runs have yielded: whoever supervises it starts another that has all of its slots.
   */
  private void endIfStuck(long now) {
    long stuck =
        running.values().stream()
            .filter(execution -> execution.thread().isLingering())
            .filter(execution -> execution.thread().isBusyMsAfterStop(END_AFTER_MS, now))
            .count();
    if (stuck > 0 && 2 * stuck >= slots.count() && ending.compareAndSet(false, true)) {
      LOG.error("{} of {} slots are taken by runs that do not stop", stuck, slots.count());
      environment.life().thread("end-stuck-worker", this::yieldAndEnd).start();
    }
  }

  private void yieldAndEnd() {
    slots.beginDrain();
    running.values().forEach(execution -> execution.stop(StopKind.DRAIN));
    long until = environment.nowMs() + YIELD_WITHIN_MS;
    while (environment.nowMs() < until
        && !running.values().stream().allMatch(one -> one.thread().isLingering())) {
      LifeSigns.pause(YIELD_LOOK_MS);
    }
    resorts.end().run();
  }

  private void enforceDeadline(Execution execution, long now, long passedMs) {
    var stopped = execution.stopped();
    long executedMs = execution.thread().executedMsAfterStop(passedMs);
    if (execution.thread().mayLinger(closing) && execution.isLeaseOver(now)) {
      execution.stop(StopKind.DEADLINE);
    } else if (stopped == null || stopped == StopKind.DRAIN) {
      return;
    } else if (stopped.halts() && executedMs > HALT_AFTER_MS) {
      giveUp(execution, stopped);
    } else if (execution.thread().isBusyMsAfterStop(STUCK_AFTER_MS, now)) {
      execution.thread().reportStuck(execution.ref());
    }
  }

  private void giveUp(Execution execution, StopKind stopped) {
    if (execution.thread().giveUp()) {
      LOG.error(
          "Run {} does not stop ({}), and its lease may be over", execution.ref().runId(), stopped);
      resorts.halt().run();
    }
  }

  /** Runs that were told to stop a while ago and whose code executes all the same. */
  public int stuck() {
    long now = environment.nowMs();
    return (int)
        running.values().stream()
            .filter(execution -> execution.stopped() != StopKind.DRAIN)
            .filter(execution -> execution.thread().isBusyMsAfterStop(STUCK_AFTER_MS, now))
            .count();
  }

  /**
   * Takes nothing new, asks every run to yield at its next step, and waits.
   *
   * @return whether all have ended within {@code timeoutMs}
   */
  public boolean drain(long timeoutMs) throws InterruptedException {
    slots.beginDrain();
    running.values().forEach(execution -> execution.stop(StopKind.DRAIN));
    return slots.awaitEmpty(timeoutMs);
  }

  /** Interrupts what a drain has not ended. Nothing may be claimed any more. */
  public void interrupt() {
    closing = true;
    running.values().forEach(execution -> execution.stop(StopKind.CLOSE));
  }

  /** Whether the caller is a thread of a run, and would wait for itself if it waited for all. */
  public boolean isExecutedBy(Thread caller) {
    return running.values().stream().anyMatch(one -> one.thread().isExecutedBy(caller));
  }

  /**
   * Waits until no run executes, but for those that do not stop and are left: given up, or ended by
   * the gate. With no heartbeat sent any more that lasts until the last lease may be over, at most:
   * this enforces it. What only waits for Kafka is not waited for longer.
   */
  public void awaitEnds() {
    long longestMs =
        running.values().stream()
            .mapToLong(execution -> execution.dispatch().getLeaseTtlMs())
            .max()
            .orElse(0);
    await(longestMs + ENDS_WITHIN_MS, () -> slots.taken() == 0);
  }

  /**
   * Behind the end of everything that writes: waits for what waited for that, {@code withinMs} at
   * most, and for what executes until its lease may be over.
   *
   * @return whether no code of a run executes, or can any more; a run that still waits to write its
   *     last record executes nothing
   */
  public boolean awaitGone(long withinMs) {
    await(withinMs, this::isGone);
    return isGone();
  }

  /** The same without waiting. No slot is taken any more: any that is, is of a run seen behind. */
  public boolean isGone() {
    int taken = slots.taken();
    return taken <= running.values().stream().filter(one -> !one.thread().isBusy()).count();
  }

  private void await(long withinMs, BooleanSupplier done) {
    long until = environment.nowMs() + withinMs;
    LifeSigns.pauseWhile(() -> !done.getAsBoolean() && goesOn(until), ENDS_LOOK_MS);
  }

  /** Whether there is something to wait for: what executes, or, for a time, what may again. */
  private boolean goesOn(long until) {
    enforceDeadlines();
    long now = environment.nowMs();
    boolean inTime = now < until;
    var left = running.values();
    return (inTime && left.isEmpty())
        || left.stream()
            .filter(one -> !one.thread().isLeft(STUCK_AFTER_MS, now))
            .anyMatch(one -> inTime || one.thread().isExecuting());
  }
}
