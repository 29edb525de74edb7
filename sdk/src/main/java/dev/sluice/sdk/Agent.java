package dev.sluice.sdk;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The named handler that executes runs. Found with {@link java.util.ServiceLoader}; one instance
 * serves all runs of a process at once, so it must be safe for use by several threads.
 *
 * <p>An agent's code between steps runs again whenever its run resumes: everything that has an
 * effect or a result that may differ belongs in a {@link RunContext#step step}.
 *
 * @param <I> its input, read from JSON
 * @param <O> its output, written as JSON
 */
public interface Agent<I extends @Nullable Object, O extends @Nullable Object> {
  /** 1 to 128 characters of {@code [A-Za-z0-9._-]}. */
  String name();

  /**
   * Executes a run from its start; steps that have been journaled return at once.
   *
   * @throws Exception to fail the attempt; see {@link #retries}
   */
  O run(RunContext run, I input) throws Exception;

  /**
   * Version of the agent's code: 1 to 128 characters. It stands in each journal record, and a run
   * goes on only with code that can replay what its journal has been written by. Change it with
   * code that no longer replays what the code of before has written, or that writes what the code
   * of before could not replay.
   */
  default String version() {
    return "1";
  }

  /**
   * Versions of before whose runs this code can go on with, beside its own: their journals fit it,
   * if need be by {@link RunContext#version(String, int, int)}. A run of any other version waits
   * for a worker that can replay it.
   *
   * @return at most 16
   */
  default Set<String> replays() {
    return Set.of();
  }

  /**
   * How often the whole run is attempted, where its submission does not say; null for the tenant's
   * plan.
   */
  default @Nullable RetryPolicy retryPolicy() {
    return null;
  }

  /**
   * How many bodies of {@link RunContext#stepAsync} one run executes at a time; the others wait for
   * their turn in the order of their calls.
   *
   * @return 1 to 256
   */
  default int parallelSteps() {
    return 16;
  }

  /**
   * Tells whether another attempt may succeed after {@code failure}; if not, the run ends as
   * FAILED.
   */
  default boolean retries(Exception failure) {
    return !(failure instanceof NonRetryableException);
  }
}
