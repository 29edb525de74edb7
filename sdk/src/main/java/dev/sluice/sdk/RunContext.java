package dev.sluice.sdk;

import dev.sluice.sdk.output.RunOutput;
import dev.sluice.sdk.signal.SentSignal;
import dev.sluice.sdk.signal.TreeSignals;
import dev.sluice.sdk.trace.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A run, as its agent sees it. For use by the thread that called {@link Agent#run} alone, and
 * outside of steps except where it says otherwise.
 *
 * <p>All that takes a position of the journal ({@code step}, {@code stepAsync}, {@code spawn},
 * {@code cancel}, {@code signal}, {@code sleep}, {@code awaitSignal}, {@code awaitAny} and {@code
 * awaitAll} of waits, {@code checkpoint}, {@code version}) must be called in the same order with
 * the same names whenever the run resumes; else {@link StepMismatchException} ends the run as DEAD,
 * and it can be redriven on the code that fits. All of them throw {@link RunStoppedError} when the
 * epoch ends there.
 */
public interface RunContext extends ParallelSteps, TreeSignals, RunOutput {
  /** The longest time-out there is. */
  Duration NO_TIMEOUT = Duration.ofHours(24);

  /** The longest {@link #sleep} and wait for a signal. */
  Duration LONGEST_WAIT = Duration.ofDays(366);

  /** The body of a step without a result. */
  @FunctionalInterface
  interface StepAction {
    void run() throws Exception;
  }

  // --- steps

  /** A step with the options that most need. */
  default <T extends @Nullable Object> T step(String name, Class<T> type, Callable<T> body) {
    return step(name, TypeRef.of(type), StepOptions.DEFAULT, body);
  }

  /** A step whose result is of a class without type parameters. */
  default <T extends @Nullable Object> T step(
      String name, Class<T> type, StepOptions options, Callable<T> body) {
    return step(name, TypeRef.of(type), options, body);
  }

  /** A step with the options that most need, and a result of any type. */
  default <T extends @Nullable Object> T step(String name, TypeRef<T> type, Callable<T> body) {
    return step(name, type, StepOptions.DEFAULT, body);
  }

  /**
   * Executes {@code body} and journals its result, or returns the result that an earlier epoch
   * journaled without executing {@code body} again.
   *
   * <p>The body runs at least once, not exactly once: a worker that dies between the body's return
   * and the journal's acknowledgement leaves nothing behind, and the next epoch repeats the body.
   *
   * <p>What this returns is always read from what the journal keeps, when the body was executed
   * just now, too: its classes are those that {@code type} says, and another object than the body
   * returned. The journal names no class, so classes may be renamed and moved.
   *
   * @param name identifies the step within the run; 1 to 128 characters, the same on every epoch
   * @param type what the result is kept and read as: records, enums, plain data of the JDK, its
   *     collections, {@code Optional}, arrays, and sealed types whose subtypes have a {@link
   *     TypeName}
   * @param body the work; its result must be at most 1 MiB (1,048,576 bytes) as JSON, or as bytes
   *     if {@code type} is {@code byte[]}
   * @throws StepFailedException if the body failed in its last try, or its result does not come
   *     back as it was; may be caught, and is then journaled: the step fails in the same way
   *     whenever the run resumes
   * @throws BudgetExhaustedException if {@link StepOptions#maxCharge} is more than will ever be
   *     left; may be caught to hand back a partial answer, and is then journaled like a failure
   * @throws StepMismatchException if the journal holds something else here, or a result that cannot
   *     be read as {@code type}, because the code changed; the run ends as DEAD
   * @throws IllegalArgumentException if no value of {@code type} would come back as it was; the
   *     body is not executed, and the run ends as FAILED
   * @throws RunStoppedError if the epoch ends here. Let it propagate
   */
  <T extends @Nullable Object> T step(
      String name, TypeRef<T> type, StepOptions options, Callable<T> body);

  /** A step without a result. */
  default void step(String name, StepAction body) {
    step(name, StepOptions.DEFAULT, body);
  }

  default void step(String name, StepOptions options, StepAction body) {
    step(
        name,
        TypeRef.of(Void.class),
        options,
        () -> {
          body.run();
          return null;
        });
  }

  /**
   * Counts {@code amount} against {@code meter}; recorded with the step it is called in, or with
   * the next position of the journal. What a replayed step charged is not charged again.
   *
   * <p>A meter of the run's budget takes at most what the step declared, or what is left of the
   * epoch's slice where nothing was declared: declare it. May be called inside a step, by the
   * agent's own thread: sum up what other threads have spent.
   *
   * @param meter 1 to 64 of {@code [A-Za-z0-9._-]}; a tree has at most 32, those of its budget
   *     among them: what its runs charge to more is not counted
   * @param amount 0 to 10<sup>15</sup>
   * @throws ChargeExceededException if it is more; what fits is recorded. Not retried
   * @throws BudgetExhaustedException if it is more than will ever be left; what fits is recorded
   */
  void charge(String meter, long amount);

  /**
   * What is left of the tree's budget, as far as this epoch knows. It differs between epochs: call
   * it inside a step and branch on the step's result. May be called inside a step.
   */
  Budget budget();

  // --- waits: the run holds no slot meanwhile

  /**
   * Waits for a time. The run gives up its slot and goes on behind this call, on any worker; a body
   * or a thread does not wait.
   *
   * @param duration 0 to 366 days, by the log's time; parts of a millisecond count as a whole one
   */
  void sleep(Duration duration);

  /**
   * Takes the oldest signal of a name that the run has not taken, and waits for one if there is
   * none. A signal that came before the wait is kept.
   *
   * @param name 1 to 128 characters of {@code [A-Za-z0-9._-]}
   * @param type what its payload is read as; no payload is read as an empty object
   * @param timeout more than 0, at most 366 days, by the log's time
   * @return empty if none came in time
   * @throws NonRetryableException if the payload cannot be read as {@code type}
   */
  <T> Optional<T> awaitSignal(String name, Class<T> type, Duration timeout);

  // --- children

  /** One child; see {@link #spawnAll}. */
  default <I extends @Nullable Object, O extends @Nullable Object> Child<O> spawn(
      AgentRef<I, O> agent, I input) {
    return spawn(agent, input, SpawnOptions.DEFAULT);
  }

  /** One child; see {@link #spawnAll}. */
  default <I extends @Nullable Object, O extends @Nullable Object> Child<O> spawn(
      AgentRef<I, O> agent, I input, SpawnOptions options) {
    return spawnAll(List.of(new Spawn<>(agent, input, options))).getFirst();
  }

  /**
   * Asks for children and goes on at once. They are runs of the same tenant, under the same cap and
   * the same budget; the batch is taken whole or refused whole. A run that ends cancels its
   * children, unless they are detached.
   *
   * @param batch at least one; about 3.5 MiB as a whole
   * @return their handles, in order
   * @throws SpawnRefusedException if the batch passes a bound that the worker knows; may be caught,
   *     and is then journaled. A bound that only the gate knows (descendants of the root, pools)
   *     surfaces at {@link #await}
   */
  <O extends @Nullable Object> List<Child<O>> spawnAll(List<? extends Spawn<?, O>> batch);

  /**
   * A batch of children whose outputs are of several types: {@link Spawn.Batch#of} gives the handle
   * of each. Else as {@link #spawnAll}.
   */
  @SuppressWarnings("unchecked") // each handle is only handed out for its own spawn
  default Spawn.Batch spawnMixed(List<? extends Spawn<?, ?>> batch) {
    return new Spawn.Batch(batch, spawnAll((List<? extends Spawn<?, @Nullable Object>>) batch));
  }

  /**
   * The output of one child, when it has ended.
   *
   * @throws ChildFailedException if it ended otherwise than SUCCEEDED
   * @throws SpawnRefusedException if its batch was refused
   */
  default <O extends @Nullable Object> O await(Child<O> child) {
    return awaitResult(child).get();
  }

  /** How one child ended, when it has. Throws for no child that failed. */
  default <O extends @Nullable Object> ChildResult<O> awaitResult(Child<O> child) {
    return this.<ChildResult<O>>awaitAll(List.of(child)).getFirst();
  }

  /**
   * Asks children to end as CANCELLED and goes on at once; {@link #awaitResult} says how they
   * ended. Their own children end with them, unless they are detached, and what they held of the
   * budget comes back. Takes a position of the journal; children that have ended stay as they are.
   *
   * @param children of this run, detached ones too; at most 10,000. For none it does nothing
   */
  void cancel(List<? extends Child<?>> children);

  /** The same for one. */
  default void cancel(Child<?> child) {
    cancel(List.of(child));
  }

  /** A signal to a child; see {@link #signal(String, String, Object)}. */
  default SentSignal signal(Child<?> child, String name, @Nullable Object payload) {
    return signal(child.runId(), name, payload);
  }

  // --- several things at once: the run holds no slot meanwhile

  /**
   * What each of these gives, in their order, when all have come: how children ended, the payloads
   * of signals, when timers were over. Throws for no child that failed: {@link ChildResult#get} of
   * a result does. If all have come the run goes on; else it gives up its slot until they have.
   *
   * <p>Takes a position of the journal, unless all of them are children. Signals that it takes
   * count as a position each.
   *
   * @param waits if not all are children, 1 to 100; children are those of this run
   * @throws NonRetryableException if a payload cannot be read as its type
   */
  <T> List<T> awaitAll(List<? extends Wait<? extends T>> waits);

  /**
   * The same for values of several types. Takes a position of the journal unless all are children.
   */
  default Wait.All awaitAll(Wait<?> one, Wait<?>... others) {
    var all = RunContext.<Wait<?>>list(one, others);
    return new Wait.All(all, this.<Object>awaitAll(all));
  }

  /**
   * The first of these that has come. If one has when this is called, the first of them in the
   * order of the list; else the run gives up its slot until one comes. It is chosen once, and the
   * same whenever the run resumes. Signals of the others stay; children of the others go on.
   *
   * @param waits 1 to 100, with a timer if it is not to wait for ever; children are those of this
   *     run
   * @throws NonRetryableException if a payload cannot be read as its type
   */
  <T> Wait.First<T> awaitAny(List<? extends Wait<? extends T>> waits);

  /** The same for values of several types. */
  default Wait.First<?> awaitAny(Wait<?> one, Wait<?>... others) {
    return this.<Object>awaitAny(RunContext.<Wait<?>>list(one, others));
  }

  private static <W> List<W> list(W one, W[] others) {
    var all = new ArrayList<W>(1 + others.length);
    all.add(one);
    all.addAll(List.of(others));
    return all;
  }

  // --- long journals and changed code

  /**
   * Journals a state that the run can go on from: whenever it resumes, replay begins here, and what
   * was journaled before is deleted. Each run may have 10,000 positions (the tenant's limit) since
   * its last checkpoint. The code has to begin with {@link #restore}.
   *
   * @param state at most 1 MiB (1,048,576 bytes) as JSON
   */
  <S> void checkpoint(S state);

  /**
   * The state of the newest checkpoint; empty if there is none. With one, the code must call it
   * before anything that takes a position.
   *
   * @throws NonRetryableException if the state cannot be read as {@code type}
   */
  <S> Optional<S> restore(TypeRef<S> type);

  /** The same for a type without parameters. */
  default <S> Optional<S> restore(Class<S> type) {
    return restore(TypeRef.of(type));
  }

  /**
   * Tells whether the run takes the code of a change: true for a run that gets here for the first
   * time, false for one whose journal went on from here before the change. True holds for the rest
   * of the run, false at least until its next checkpoint. The same as {@code version(changeId, 0,
   * 1) == 1}.
   *
   * @param changeId names the change; 1 to 128 characters
   */
  default boolean version(String changeId) {
    return version(changeId, 0, 1) == 1;
  }

  /**
   * Tells which code the run takes at a place that changed more than once: {@code max} for a run
   * that gets here for the first time, what it took before for one that resumes, and 0 for one
   * whose journal went on from here before the first change. 0 holds at least until the run's next
   * checkpoint, all others for the rest of it.
   *
   * @param min the oldest code that is still there; 0 or more
   * @param max the newest; 1 or more
   * @throws StepMismatchException if the run takes what is not between the two; it ends as DEAD
   */
  int version(String changeId, int min, int max);

  // --- the same whenever the run resumes; by the agent's own thread, outside of steps

  /**
   * The log's time of the newest that the code has passed: when its last step or other position was
   * appended, when a sleep or a wait in vain was over, when a signal came that it took, or a child
   * ended that it awaited. Before all of these it is when the run was submitted, and behind a
   * checkpoint when that was appended. It stands still between them.
   *
   * <p>In a step use the JDK's clock: a result is journaled.
   */
  Instant now();

  /**
   * A generator that gives the same numbers here whenever the run resumes, and others at each other
   * call. Its seed is the first eight bytes of the SHA-256 of {@code
   * tenant/run/checkpoint/call/random}: the position of the newest checkpoint, 0 for none, and the
   * number, from 1 behind it, of this call among those of {@code random} and {@code uuid}. Whoever
   * knows the run can tell them: they are no secrets.
   */
  Random random();

  /**
   * A UUID that is the same here whenever the run resumes, and another at each other call: of the
   * form of version 4, from the SHA-256 of {@code tenant/run/checkpoint/call/uuid} as for {@link
   * #random}. It is no secret.
   */
  UUID uuid();

  // --- logging; may be called inside a step, also by threads of its body

  /**
   * Writes to the worker's log, with the run, its tenant, the epoch and the step, under the name of
   * the agent's class. Silent in replay: what an earlier epoch has passed is not logged again. What
   * stands behind the last position before a wait or a kill is.
   */
  System.Logger logger();

  // --- traces; must be called inside a step

  /**
   * Says for traces which model or tool the body of the executing step calls. It replaces what was
   * said before; a later try of the step says it again. It is not journaled, and nothing happens if
   * the worker exports no traces, outside of a body, or in a thread that the body started.
   */
  default void describe(Operation operation) {}

  // --- how long; may be called inside a step

  /**
   * How much longer the run may take: until workers have held it for its {@code max_duration}, or
   * until its {@code end_by}, whichever comes first. It then ends TIMED_OUT, and a step's body is
   * interrupted. {@code max_duration} counts while a worker holds the run, all epochs together, and
   * stands still while it waits; {@code end_by} is a time of the log. The worker reckons both by
   * its own clock and what Kafka told it last: right but for about a second.
   *
   * <p>It differs between epochs: call it inside a step and branch on the step's result.
   *
   * @return zero to 366 days; zero once the time has come, 366 days where there is no bound
   */
  default Duration timeLeft() {
    return LONGEST_WAIT;
  }

  // --- who and where; may be called inside a step
  /** The id of the run; unique within its tenant. */
  String runId();

  /** The tenant that owns the run. */
  String tenant();

  /** Number of this dispatch, from 1. */
  int epoch();

  /** Number of this try of the whole run, from 1. */
  int attempt();

  /** Names the worker process, for logs. */
  String workerId();

  /** The same for every execution of this step of this run; for providers that take such a key. */
  String idempotencyKey(String stepName);
}
