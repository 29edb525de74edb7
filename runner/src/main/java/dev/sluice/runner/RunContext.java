package dev.sluice.runner;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A run, as its agent sees it. For use by the thread that called {@link Agent#run} alone. */
public interface RunContext {
  /** The step with neither time-out nor retries of its own. */
  default <T extends @Nullable Object> T step(String name, Callable<T> body) {
    return step(name, NO_TIMEOUT, RetryPolicy.NONE, body);
  }

  default <T extends @Nullable Object> T step(String name, Duration timeout, Callable<T> body) {
    return step(name, timeout, RetryPolicy.NONE, body);
  }

  default <T extends @Nullable Object> T step(String name, RetryPolicy retry, Callable<T> body) {
    return step(name, NO_TIMEOUT, retry, body);
  }

  /** The longest time-out there is. */
  Duration NO_TIMEOUT = Duration.ofHours(24);

  /**
   * Executes {@code body} and journals its result, or returns the result that an earlier epoch
   * journaled without executing {@code body} again.
   *
   * <p>The body runs at least once, not exactly once: a worker that dies between the body's return
   * and the journal's acknowledgement leaves nothing behind, and the next epoch repeats the body.
   *
   * <p>The result is kept as JSON with the name of its class. A collection of your own types comes
   * back as a collection of maps; wrap it in a record.
   *
   * @param name identifies the step within the run; 1 to 128 characters, the same on every epoch
   * @param timeout longest time one try of the body may take, up to 24 hours; the body's thread is
   *     then interrupted. The lease is kept meanwhile, so it may be longer than the lease
   * @param retry how often the body is tried within this attempt
   * @param body the work; its result must be at most 1 MiB (1,048,576 bytes) as JSON
   * @throws StepFailedException if the body failed in its last try; may be caught, and is then
   *     journaled: the step fails in the same way whenever the run resumes
   * @throws StepMismatchException if the journal holds another step here, because the code changed;
   *     the run ends as DEAD
   * @throws RunStoppedException if this worker must not go on with the run. Let it propagate
   */
  <T extends @Nullable Object> T step(
      String name, Duration timeout, RetryPolicy retry, Callable<T> body);

  /**
   * Counts {@code amount} against {@code meter}; recorded with the step it is called in, or with
   * the next one.
   *
   * @param amount at least 0
   */
  void charge(String meter, long amount);

  String runId();

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
