package dev.sluice.runner.journal;

import dev.sluice.runner.value.ValueCodec;
import dev.sluice.v1.StepEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the calls mean that execute steps beside each other. They are journaled in the order
 * in which they end, each with the position in the code at which it was started; whatever the code
 * learns of them depends on that order alone, so it learns the same whenever the run resumes.
 *
 * <p>A failure is journaled when the agent goes on behind it. From when the agent is told until
 * then no other step's end may be appended: it would stand before what the agent learned first.
 */
public final class ParallelSteps {
  private static final int MOST_SHOWN = 5;

  private final Calls calls;
  private final ReplayCursor cursor;
  private final ChargeLedger charges;
  private final JournalTail tail;
  private final List<StartedStep> open = new ArrayList<>();
  private int failures;

  ParallelSteps(Calls calls, ReplayCursor cursor, ChargeLedger charges, JournalTail tail) {
    this.calls = calls;
    this.cursor = cursor;
    this.charges = charges;
    this.tail = tail;
  }

  /**
   * Starts a step, or finds its end in the journal; without one its body is to be executed.
   *
   * @param line of the agent's code, for people
   */
  public StartedStep start(String name, String line) {
    var call = "step '" + name + "'";
    var replayed = calls.position(call);
    var step =
        replayed == null || replayed.entry() instanceof Position.Missing
            ? begun(name, line)
            : found(replayed, name, line);
    open.add(step);
    return step;
  }

  private StartedStep begun(String name, String line) {
    tail.promise();
    return new StartedStep(name, line, cursor.passed().takePosition(), charges.open());
  }

  private StartedStep found(Replayed replayed, String name, String line) {
    if (!(replayed.entry() instanceof Position.Step(StepEntry entry))
        || !entry.getName().equals(name)) {
      throw cursor.mismatch("step '" + name + "'");
    }
    cursor.takeStarted();
    var step = new StartedStep(name, line, replayed.code(), new BodyCharges());
    step.journaled(entry, replayed.place().getSeq(), replayed.appendedMs());
    return step;
  }

  /**
   * Before what needs a run in which no step is in progress.
   *
   * @param call what it is, for people
   * @throws InvalidCallException if the agent has not been told how all have ended
   */
  void checkNoneOpen(String call) {
    if (!open.isEmpty()) {
      var shown =
          open.stream()
              .limit(MOST_SHOWN)
              .map(step -> "'" + step.name() + "' of " + step.line())
              .collect(Collectors.joining(", "));
      throw new InvalidCallException(
          "%s is not possible while steps are open; await them before: %s%s"
              .formatted(call, shown, open.size() > MOST_SHOWN ? ", …" : ""));
    }
  }

  // --- bodies

  /** Whether the code has passed all that is journaled, so that it is known to fit. */
  public boolean isBehindJournal() {
    return cursor.isDone();
  }

  /** Whether a step's end has to wait: the agent has been told of a failure. */
  public boolean mustWait() {
    return tail.isPending();
  }

  /** Whether the next try of a body may fit when others have ended. */
  public boolean isHeldUp(StartedStep step, Map<String, Long> maxCharge) {
    return charges.isHeldUp(step.charges(), maxCharge);
  }

  /**
   * Checks that the slice holds what a body may charge beside all others.
   *
   * @return what it has to hold; empty if it does
   * @throws dev.sluice.sdk.BudgetExhaustedException if it does not and never will
   */
  public Map<String, Long> reserve(StartedStep step, Map<String, Long> maxCharge) {
    return charges.reserve(step.charges(), maxCharge);
  }

  /** A body has come to its end; journals what it returned. */
  public void ended(
      StartedStep step, ValueCodec.Encoded result, int tries, long startedAtMs, long endedAtMs) {
    step.charges().ended();
    tail.append(
        step,
        new StepEntry(
            step.name(),
            result.bytes(),
            result.contentType(),
            null,
            charges.takeOf(step.charges()),
            tries,
            startedAtMs,
            endedAtMs));
  }

  /** A body failed in its last try. */
  public void failed(StartedStep step, JournalTail.Failure failure) {
    failures++;
    step.failed(failure, failures);
  }

  /**
   * No try of a step follows.
   *
   * @param cut whether the last was stopped before its end: it may have charged all that it
   *     declared
   */
  public void over(StartedStep step, boolean cut) {
    if (cut && !step.hasEnded()) {
      charges.chargeAll(step.charges());
    } else {
      step.charges().ended();
    }
  }

  // --- what the code learns

  /**
   * The agent asks how steps have ended; by asking again for the one that failed it goes not on.
   */
  public void ask(List<StartedStep> steps) {
    calls.checkOpen();
    cursor.checkRestored("await");
    if (steps.size() != 1 || !tail.isPending(steps.getFirst())) {
      tail.settle();
    }
  }

  /** The first of these that has ended; null if none has. */
  public @Nullable StartedStep first(List<StartedStep> steps) {
    return first(steps, StartedStep::hasEnded);
  }

  /** The first of these that has failed; null if none has. */
  public @Nullable StartedStep firstFailed(List<StartedStep> steps) {
    return first(steps, StartedStep::hasFailed);
  }

  private static @Nullable StartedStep first(
      List<StartedStep> steps, Predicate<StartedStep> wanted) {
    StartedStep first = null;
    for (var step : steps) {
      if (wanted.test(step) && (first == null || step.endedBefore(first))) {
        first = step;
      }
    }
    return first;
  }

  /** The agent is told how a step has ended. */
  public void tell(StartedStep step) {
    open.remove(step);
    var entry = step.entry();
    if (entry == null) {
      if (!tail.isPending(step)) {
        tail.fail(step, step.failure());
      }
      return;
    }
    cursor.passed().time(step.appendedMs());
    var error = entry.getError();
    if (error != null) {
      tail.note(error);
    }
  }
}
