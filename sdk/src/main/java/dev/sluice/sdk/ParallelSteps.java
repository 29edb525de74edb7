package dev.sluice.sdk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Steps that execute beside each other within a run, all of them in its one slot. */
public interface ParallelSteps {
  /**
   * A step that {@link ParallelSteps#stepAsync} has started. It is open until the agent has learned
   * how it ended, by {@link ParallelSteps#await(StepHandle)}, {@code awaitAll} or {@code awaitAny}.
   * Belongs to the epoch that made it: it can be kept in no step's result and no checkpoint.
   *
   * @param <T> what the step's result is read as
   */
  interface StepHandle<T extends @Nullable Object> {
    /** The step's name. */
    String name();
  }

  /** A step in parallel with the options that most need. */
  default <T extends @Nullable Object> StepHandle<T> stepAsync(
      String name, Class<T> type, Callable<T> body) {
    return stepAsync(name, TypeRef.of(type), StepOptions.DEFAULT, body);
  }

  /** A step in parallel whose result is of a class without type parameters. */
  default <T extends @Nullable Object> StepHandle<T> stepAsync(
      String name, Class<T> type, StepOptions options, Callable<T> body) {
    return stepAsync(name, TypeRef.of(type), options, body);
  }

  /** A step in parallel with the options that most need, and a result of any type. */
  default <T extends @Nullable Object> StepHandle<T> stepAsync(
      String name, TypeRef<T> type, Callable<T> body) {
    return stepAsync(name, type, StepOptions.DEFAULT, body);
  }

  /**
   * Starts a step and goes on at once: its body executes in a thread of its own, beside the agent
   * and the other steps of the run, at most {@link Agent#parallelSteps} at a time. What it returns
   * is journaled as soon as it is there, in the order in which the steps end. A resume executes
   * again only those that were not journaled.
   *
   * <p>While a handle is open, {@code sleep}, {@code awaitSignal}, {@code checkpoint}, waits for
   * children, {@code charge} outside of a step, and the agent's return are refused: the run ends as
   * FAILED with the names of the open steps. What ends the epoch before them, such as an exception
   * that leaves the agent, interrupts their bodies; it waits for them to stop, and records what
   * they have declared ({@link StepOptions#charging}) as charged.
   *
   * <p>A body may call what the context allows inside of steps. {@code charge} and {@link
   * RunContext#idempotencyKey} must be called by the body's own thread.
   *
   * @param name as for {@link RunContext#step}; several steps may have the same one
   * @param options the maxima that are declared by all the steps that execute at a time fit into
   *     what is left of the budget: a step waits for others to end where they do not
   * @throws StepMismatchException if the journal holds something else here; the run ends as DEAD
   * @throws RunStoppedError if the epoch ends here. Let it propagate
   */
  <T extends @Nullable Object> StepHandle<T> stepAsync(
      String name, TypeRef<T> type, StepOptions options, Callable<T> body);

  /** A step in parallel without a result. */
  default StepHandle<@Nullable Void> stepAsync(String name, RunContext.StepAction body) {
    return stepAsync(name, StepOptions.DEFAULT, body);
  }

  /** A step in parallel without a result, with options. */
  default StepHandle<@Nullable Void> stepAsync(
      String name, StepOptions options, RunContext.StepAction body) {
    return this.<@Nullable Void>stepAsync(
        name,
        new TypeRef<@Nullable Void>() {},
        options,
        () -> {
          body.run();
          return null;
        });
  }

  /**
   * The result of a step that was started, when it has ended. Keeps the slot meanwhile.
   *
   * @throws StepFailedException if the body failed in its last try; as for {@link RunContext#step},
   *     it is journaled only if the agent goes on
   * @throws BudgetExhaustedException as for {@link RunContext#step}
   */
  <T extends @Nullable Object> T await(StepHandle<T> step);

  /**
   * The results of these steps, in the order of the handles, when all have ended. Throws as {@link
   * #await(StepHandle)} as soon as one has failed, the first that did; the others go on, and stay
   * open.
   */
  <T extends @Nullable Object> List<T> awaitAll(
      Collection<? extends StepHandle<? extends T>> steps);

  /** The same for results of several types, which {@link #await(StepHandle)} then returns. */
  default void awaitAll(StepHandle<?> one, StepHandle<?>... others) {
    this.<@Nullable Object>awaitAll(ParallelSteps.all(one, others));
  }

  /**
   * The first of these steps that has ended, well or not: {@link #await(StepHandle)} then returns
   * its result or throws. On a resume it is the one that stands first in the journal. The others go
   * on, and stay open.
   *
   * @param steps at least one
   */
  <T extends @Nullable Object> StepHandle<? extends T> awaitAny(
      Collection<? extends StepHandle<? extends T>> steps);

  /** The same for results of several types; compare what it returns with the handles. */
  default StepHandle<?> awaitAny(StepHandle<?> one, StepHandle<?>... others) {
    return this.<@Nullable Object>awaitAny(ParallelSteps.all(one, others));
  }

  private static List<StepHandle<?>> all(StepHandle<?> one, StepHandle<?>... others) {
    var all = new ArrayList<StepHandle<?>>(1 + others.length);
    all.add(one);
    all.addAll(List.of(others));
    return all;
  }
}
