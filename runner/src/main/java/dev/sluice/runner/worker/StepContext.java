package dev.sluice.runner.worker;

import dev.sluice.runner.NonRetryableException;
import dev.sluice.runner.RetryLaterException;
import dev.sluice.runner.RetryPolicy;
import dev.sluice.runner.RunContext;
import dev.sluice.runner.RunStoppedException;
import dev.sluice.runner.StepFailedException;
import dev.sluice.v1.RunError;
import dev.sluice.v1.StepEntry;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Steps of one epoch: replays what the journal holds and appends what is new. */
final class StepContext implements RunContext {
  private static final long LONGEST_PAUSE_WITH_SLOT_MS = 30_000;
  private static final int MAX_NAME = 128;

  private final Execution execution;
  private final ClassLoader loader;
  private final Thread owner = Thread.currentThread();
  private @Nullable StepEntry failedLast;
  private boolean inBody;
  private int tries;
  private long startedMs;

  StepContext(Execution execution, ClassLoader loader) {
    this.execution = execution;
    this.loader = loader;
  }

  @Override
  public <T extends @Nullable Object> T step(
      String name, Duration timeout, RetryPolicy retry, Callable<T> body) {
    checkUse(name);
    execution.checkStopped();
    settleFailure();
    var journaled = execution.journal().replayNext(name);
    if (journaled != null) {
      return replayed(journaled);
    }
    checkRoom();
    startedMs = execution.parts().clock().millis();
    T result = attempt(name, timeout, retry, body);
    append(name, result);
    return result;
  }

  private void checkUse(String name) {
    if (Thread.currentThread() != owner || inBody) {
      throw new IllegalStateException(
          "step '" + name + "' must be called by the agent's own thread, outside other steps");
    }
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "a step's name must have 1 to 128 characters, got " + name.length());
    }
  }

  private void checkRoom() {
    int most = execution.dispatch().getMaxSteps();
    if (execution.journal().next() > most) {
      throw new NonRetryableException("a run may have at most " + most + " steps");
    }
  }

  // The journal names the class that the body returned; that it may be null is the body's word.
  @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
  private <T extends @Nullable Object> T replayed(StepEntry entry) {
    var error = entry.getError();
    if (error != null) {
      throw new StepFailedException(entry.getName(), error.getType(), error.getMessage(), null);
    }
    return (T) ValueCodec.decode(entry.getResult(), entry.getContentType(), loader);
  }

  private <T extends @Nullable Object> T attempt(
      String name, Duration timeout, RetryPolicy retry, Callable<T> body) {
    tries = 0;
    while (true) {
      try {
        return call(timeout, body);
      } catch (RetryLaterException limit) {
        pauseForLimit(limit);
      } catch (Exception failure) {
        execution.checkStopped();
        tries++;
        if (tries >= retry.maxTries() || failure instanceof NonRetryableException) {
          throw failed(name, failure);
        }
        pause(retry.pauseAfter(tries).toMillis());
      }
    }
  }

  /** The time-out interrupts this thread; whether it was the time-out is known by its own flag. */
  private <T extends @Nullable Object> T call(Duration timeout, Callable<T> body) throws Exception {
    var alarm = execution.parts().timeouts().interruptAfter(timeout, owner);
    inBody = true;
    try {
      var result = body.call();
      alarm.cancel();
      return result;
    } catch (Exception e) {
      if (alarm.cancel()) {
        throw new java.util.concurrent.TimeoutException("the step took longer than " + timeout);
      }
      throw e;
    } finally {
      inBody = false;
      execution.checkStopped();
    }
  }

  private void pauseForLimit(RetryLaterException limit) {
    long delayMs = limit.after().toMillis();
    if (delayMs > LONGEST_PAUSE_WITH_SLOT_MS) {
      throw new PauseException(delayMs, String.valueOf(limit.getMessage()));
    }
    pause(delayMs);
  }

  private void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      execution.checkStopped();
      Thread.currentThread().interrupt();
      throw new RunStoppedException("interrupted");
    }
    execution.checkStopped();
  }

  /** The failure is journaled only if the agent goes on behind it. */
  private StepFailedException failed(String name, Exception failure) {
    var type = failure.getClass().getName();
    var message = String.valueOf(failure.getMessage());
    failedLast = entry(name, null, ValueCodec.JSON_TYPE, new RunError(type, message, name));
    return new StepFailedException(name, type, message, failure);
  }

  /** Journals the failure that the agent has caught. */
  void settleFailure() {
    if (failedLast != null) {
      var entry = failedLast;
      failedLast = null;
      execution.append(entry);
    }
  }

  private void append(String name, @Nullable Object result) {
    var encoded = ValueCodec.encode(result, "the result of step '" + name + "'");
    execution.append(entry(name, encoded.bytes(), encoded.contentType(), null));
  }

  private StepEntry entry(
      String name,
      java.nio.@Nullable ByteBuffer result,
      String contentType,
      @Nullable RunError error) {
    return new StepEntry(
        name,
        result,
        contentType,
        error,
        execution.journal().takeCharges(),
        Math.max(1, error == null ? tries + 1 : tries),
        startedMs,
        execution.parts().clock().millis());
  }

  @Override
  public void charge(String meter, long amount) {
    execution.journal().charge(meter, amount, inBody);
  }

  @Override
  public String runId() {
    return execution.ref().runId();
  }

  @Override
  public String tenant() {
    return execution.ref().tenant();
  }

  @Override
  public int epoch() {
    return execution.ref().epoch();
  }

  @Override
  public int attempt() {
    return execution.dispatch().getAttempt();
  }

  @Override
  public String workerId() {
    return execution.parts().worker();
  }

  @Override
  public String idempotencyKey(String stepName) {
    return tenant() + "/" + runId() + "/" + execution.journal().next() + "/" + stepName;
  }
}
