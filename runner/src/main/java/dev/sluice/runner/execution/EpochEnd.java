package dev.sluice.runner.execution;

import dev.sluice.runner.journal.ChildBatches;
import dev.sluice.runner.journal.InvalidCallException;
import dev.sluice.runner.journal.Last;
import dev.sluice.runner.journal.Refusals;
import dev.sluice.runner.journal.RunJournal;
import dev.sluice.runner.journal.Wait;
import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an epoch's last record says. */
final class EpochEnd {
  private static final int MOST_CAUSES = 20;

  private final RunJournal journal;
  private final @Nullable LoadedAgent agent;
  private final @Nullable String erredIn;

  /**
   * @param agent null if this worker has none of that name
   * @param erredIn the step whose body threw the error that ends the epoch; null if none did
   */
  EpochEnd(RunJournal journal, @Nullable LoadedAgent agent, @Nullable String erredIn) {
    this.journal = journal;
    this.agent = agent;
    this.erredIn = erredIn;
  }

  /** The agent returned; a run that went through the end of its budget has a partial answer. */
  Last returned(@Nullable Object output) {
    var encoded = Objects.requireNonNull(agent).codec().encode(output, "the run's output");
    var exhausted = journal.tail().exhausted();
    return new Last.Ended(
        new EndEntry(
            exhausted == null ? RunStatus.SUCCEEDED : RunStatus.BUDGET_EXHAUSTED,
            encoded.bytes(),
            ValueCodec.JSON_TYPE,
            exhausted,
            journal.takeCharges()));
  }

  /**
   * The agent threw. The first cause wins: a run whose epoch's end was decided, or that was told to
   * stop, did not fail by what that made it throw.
   *
   * @param fault why no worker can go on with the run; null if one can, or if it was told to stop
   *     before that was found
   */
  Last threw(Throwable failure, @Nullable StopKind stopped, @Nullable RunError fault) {
    var decided = journal.tail().decided();
    if (decided != null) {
      return decided;
    }
    if (fault != null) {
      return ended(RunStatus.DEAD, fault);
    }
    if (stopped != null) {
      return new Last.Yielded(new Wait.Worker(stopped.reason()), journal.takeBodyCharges());
    }
    var mismatch = journal.mismatch();
    if (mismatch != null) {
      return ended(RunStatus.DEAD, Refusals.of(mismatch, null));
    }
    return failed(failure);
  }

  private Last failed(Throwable failure) {
    var cause = failure instanceof StepFailedException step ? step.getCause() : failure;
    var step = failure instanceof StepFailedException failed ? failed.step() : erredIn;
    var error = Refusals.of(failure, step);
    boolean again =
        !(failure instanceof BudgetExhaustedException)
            && !isMistake(failure)
            && retries(cause, failure);
    if (again) {
      return again(error);
    }
    boolean spent = journal.tail().exhausted() != null;
    return ended(spent ? RunStatus.BUDGET_EXHAUSTED : RunStatus.FAILED, error);
  }

  /** Another attempt would make it again, whoever wrapped it on its way here. */
  private static boolean isMistake(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause instanceof InvalidCallException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private boolean retries(@Nullable Throwable cause, Throwable failure) {
    if (agent == null) {
      return true;
    }
    var asked = cause instanceof Exception inner ? inner : failure;
    return agent
        .code()
        .retries(
            asked instanceof Exception known
                ? known
                : new IllegalStateException("the agent failed with " + failure, failure));
  }

  private Last again(RunError error) {
    RetryPolicy policy = agent == null ? null : ChildBatches.policy(agent.code().retryPolicy());
    return new Last.Yielded(new Wait.Attempt(error, policy), journal.takeBodyCharges());
  }

  private Last ended(RunStatus status, RunError error) {
    return new Last.Ended(
        new EndEntry(status, null, ValueCodec.JSON_TYPE, error, journal.takeCharges()));
  }

  /** The agent's own answers about its failure failed: it is tried again as the plan says. */
  Last broken(Throwable failure) {
    return new Last.Yielded(
        new Wait.Attempt(Refusals.of(failure, null), null), journal.takeBodyCharges());
  }
}
