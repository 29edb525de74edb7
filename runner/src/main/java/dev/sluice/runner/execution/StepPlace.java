package dev.sluice.runner.execution;

import dev.sluice.runner.journal.JournalTail;
import dev.sluice.runner.journal.Wait;
import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.RunStoppedError;
import java.util.Map;

/** What the tries of a step ask of their run, and tell it. */
interface StepPlace {
  /** The step's position in the code, the same in every epoch. */
  int code();

  /**
   * Before each try.
   *
   * @throws dev.sluice.sdk.BudgetExhaustedException if what it may charge is not left and never
   *     will be
   * @throws RunStoppedError if the run has to come back with more
   */
  void reserve(Map<String, Long> maxCharge);

  /** The body begins; it may be interrupted from here on. */
  void enters();

  /**
   * The body is over, and is interrupted no more.
   *
   * @param returned whether it came to its end
   */
  void leaves(boolean returned);

  /**
   * Behind a try that failed.
   *
   * @throws RunStoppedError if no try may follow
   */
  void checkGoesOn();

  /** Journals what the body returned. */
  void ended(String step, ValueCodec.Encoded result, int tries, long startedAtMs, long endedAtMs);

  /** No try follows. */
  void failed(JournalTail.Failure failure);

  /** What to throw when the next try waits for what takes no slot meanwhile. */
  RunStoppedError endEpoch(Wait wait);

  /** Of the steps that the code itself waits for, one after the other. */
  record OfCode(Execution execution) implements StepPlace {
    @Override
    public int code() {
      return execution.journal().position();
    }

    @Override
    public void reserve(Map<String, Long> maxCharge) {
      execution
          .thread()
          .change(
              () -> {
                var bodies = execution.thread().bodies();
                if (bodies != null) {
                  bodies.awaitRoom(() -> execution.journal().isHeldUp(maxCharge));
                  execution.checkStopped(); // it may have waited for a record, too
                }
                var needs = execution.journal().reserve(maxCharge);
                if (!needs.isEmpty()) {
                  throw endEpoch(new Wait.Budget(needs));
                }
              });
    }

    @Override
    public void enters() {}

    @Override
    public void leaves(boolean returned) {}

    @Override
    public void checkGoesOn() {
      execution.checkStopped();
    }

    @Override
    public void ended(
        String step, ValueCodec.Encoded result, int tries, long startedAtMs, long endedAtMs) {
      execution
          .thread()
          .change(() -> execution.journal().stepEnded(step, result, tries, startedAtMs, endedAtMs));
    }

    @Override
    public void failed(JournalTail.Failure failure) {
      execution.thread().change(() -> execution.journal().tail().fail(failure));
    }

    /** What executes beside it is paid for, and comes to its end before. */
    @Override
    public RunStoppedError endEpoch(Wait wait) {
      return execution
          .thread()
          .exclusively(
              () -> {
                var bodies = execution.thread().bodies();
                if (bodies != null) {
                  execution.journal().pausesTries(); // one may wait for what this may charge
                  bodies.awaitAllDone();
                }
                return execution.journal().tail().endEpoch(wait);
              });
    }
  }
}
