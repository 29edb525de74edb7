package dev.sluice.runner.execution;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.runner.journal.InvalidCallException;
import dev.sluice.runner.journal.JournalTail;
import dev.sluice.runner.journal.Refusals;
import dev.sluice.runner.journal.Wait;
import dev.sluice.runner.trace.StepTrace;
import dev.sluice.runner.value.Codec;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RetryLaterException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.RunStoppedError;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.StepOptions;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Executes the bodies of steps: tries, time-outs, pauses, and what they may charge. */
final class StepTries {
  private static final long LONGEST_PAUSE_WITH_SLOT_MS = 30_000;

  private final Execution execution;
  private final Codec codec;
  private final StepPlace place;
  private final Thread owner = Thread.currentThread();
  private volatile @Nullable String step; // a body's own threads read it
  private StepTrace trace = StepTrace.NONE;
  private int tries;
  private long startedMs;

  /**
   * @param place of the steps that the calling thread executes
   */
  StepTries(Execution execution, Codec codec, StepPlace place) {
    this.execution = execution;
    this.codec = codec;
    this.place = place;
  }

  boolean isInBody() {
    return step != null;
  }

  /** The step whose body executes now; null if none does. */
  @Nullable String step() {
    return step;
  }

  /** Executes a step and journals how it ended; its result is what the journal keeps of it. */
  @Nullable Object execute(
      String name, Type type, StepOptions options, Callable<? extends @Nullable Object> body) {
    tries = 0;
    startedMs = nowMs();
    trace = execution.thread().trace().step(name, place.code());
    try {
      return kept(name, type, untilDone(name, options, body));
    } finally {
      trace.close();
    }
  }

  private @Nullable Object kept(String name, Type type, @Nullable Object result) {
    Codec.Kept kept;
    try {
      kept = codec.keep(result, type, "the result of step '" + name + "'");
    } catch (NonRetryableException unfit) {
      throw failed(name, unfit);
    }
    place.ended(name, kept.encoded(), tries + 1, startedMs, nowMs());
    if (execution.stopped() != StopKind.LOST_JOURNAL) { // else it may be executed again
      trace.returned(tries + 1, kept.encoded().bytes());
    }
    return kept.value();
  }

  private @Nullable Object untilDone(
      String name, StepOptions options, Callable<? extends @Nullable Object> body) {
    var allowed = options.tries();
    while (true) {
      try {
        place.reserve(options.maxCharge());
        execution.checkLease();
        var result = call(name, options.timeout(), body);
        execution.environment().pauses().limits().passed(execution.ref(), place.code());
        return result;
      } catch (RetryLaterException limit) {
        trace.tryFailed(limit);
        pauseForLimit(limit);
      } catch (Exception failure) {
        trace.tryFailed(failure);
        place.checkGoesOn();
        tries++;
        if (tries >= allowed.most() || isFinal(failure)) {
          throw failed(name, failure);
        }
        pause(allowed.pauseAfter(tries).toMillis());
      } catch (RunStoppedError stop) {
        throw stop;
      } catch (Error failure) {
        trace.failed(tries + 1, Refusals.of(failure, name));
        execution.erredIn(name, failure);
        throw failure;
      }
    }
  }

  private static boolean isFinal(Exception failure) {
    return failure instanceof NonRetryableException || failure instanceof InvalidCallException;
  }

  /** The time-out interrupts this thread; whether it was the time-out is known by its own flag. */
  private @Nullable Object call(
      String name, Duration timeout, Callable<? extends @Nullable Object> body) throws Exception {
    var alarm = execution.environment().pauses().timeouts().interruptAfter(timeout, owner);
    var entered = trace.enter();
    step = name;
    place.enters();
    try {
      var result = body.call();
      boolean isFlagged = Thread.currentThread().isInterrupted();
      boolean rang = alarm.cancel();
      boolean isCut = execution.thread().isCut(isFlagged && !rang);
      place.leaves(!isCut);
      if (isCut) {
        execution.thread().checkNotClosed();
      }
      return result;
    } catch (Exception | Error e) {
      place.leaves(false);
      boolean rang = alarm.cancel();
      if (e instanceof Exception) {
        execution.thread().checkNotClosed();
      }
      if (rang && e instanceof Exception) {
        throw new TimeoutException("the step took longer than " + timeout);
      }
      throw e;
    } finally {
      step = null;
      entered.close();
      execution.checkMayWrite();
    }
  }

  private void pauseForLimit(RetryLaterException limit) {
    var environment = execution.environment();
    environment.watch().measures().refused();
    long longest = RunContext.LONGEST_WAIT.toMillis();
    var limits = environment.pauses().limits();
    long delayMs = limits.pauseMs(execution.ref(), place.code(), limit.after(), longest);
    if (delayMs > LONGEST_PAUSE_WITH_SLOT_MS) {
      var reason = Texts.atMost(Bounds.KEPT_REASON_CHARS, String.valueOf(limit.getMessage()));
      var until = new Wait.Limit(delayMs, reason);
      throw place.endEpoch(until);
    }
    pause(delayMs);
  }

  /** Whatever stops the run ends the pause, a drain too. */
  private void pause(long ms) {
    try {
      awaitStop(ms);
    } catch (InterruptedException e) {
      place.checkGoesOn();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the agent's thread was interrupted between tries", e);
    }
  }

  private void awaitStop(long ms) throws InterruptedException {
    place.enters();
    try {
      execution.awaitStop(ms);
    } finally {
      place.leaves(true);
    }
  }

  /** The failure is journaled only if the agent goes on behind it. */
  private RuntimeException failed(String name, Exception failure) {
    var error = Refusals.of(failure, name);
    trace.failed(tries, error);
    place.failed(new JournalTail.Failure(name, error, Math.max(1, tries), startedMs, nowMs()));
    return failure instanceof BudgetExhaustedException exhausted
        ? exhausted
        : new StepFailedException(name, error.getType(), error.getMessage(), failure);
  }

  private long nowMs() {
    return execution.environment().pauses().clock().millis();
  }
}
