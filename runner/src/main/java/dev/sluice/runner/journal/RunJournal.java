package dev.sluice.runner.journal;

import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.Budget;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.StepMismatchException;
import dev.sluice.sdk.signal.Delivery;
import dev.sluice.sdk.signal.SentSignal;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.StepEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides what each call of an agent means: a position of the journal that is replayed, an entry to
 * append, or the end of the epoch. Knows nothing of threads or topics.
 *
 * <p>Once the end of the epoch is decided, or a mismatch found, every further call throws it again:
 * an agent that catches too much can neither write more nor end otherwise.
 */
public final class RunJournal {
  private final ReplayCursor cursor;
  private final ChargeLedger charges;
  private final MeterNames meters;
  private final JournalTail tail;
  private final ChildLedger children;
  private final SignalInbox signals;
  private final Passed passed;
  private final Changes changes;
  private final Calls calls;
  private final TreeCalls tree;
  private @Nullable ParallelSteps parallel;
  private @Nullable CheckpointEntry newest;

  private RunJournal(Dispatch dispatch, ReplayCursor cursor, JournalSink sink) {
    this.cursor = cursor;
    charges = new ChargeLedger(dispatch.getBudget(), dispatch.getBudgetExhausted());
    meters = new MeterNames(dispatch.getBudget());
    passed = cursor.passed();
    tail = new JournalTail(dispatch, charges, passed, sink);
    changes = new Changes(cursor, tail);
    calls = new Calls(cursor, tail);
    children = new ChildLedger(dispatch);
    tree = new TreeCalls(calls, cursor, tail, children);
    signals = new SignalInbox(dispatch.getSignals());
    for (var replayed : cursor.all()) {
      tail.count(replayed);
      if (replayed.entry() instanceof Position.Spawned(List<ChildSpec> spawned)) {
        children.replayed(spawned, replayed.place().getRefused());
      }
    }
    var base = cursor.beginAtCheckpoint();
    if (base != null) {
      reached(base);
    }
  }

  private void reached(CheckpointEntry checkpoint) {
    newest = checkpoint;
    changes.reached(checkpoint);
    tree.forgetSent();
  }

  /** Before anything is read: only what ends the epoch can be written yet, behind all that is. */
  public static RunJournal unread(Dispatch dispatch, JournalSink sink) {
    return of(dispatch, List.of(), "", sink);
  }

  /**
   * Of what has been read.
   *
   * @param replay what {@code dispatch} says is to be replayed, in order
   * @param version of the agent that replays it
   */
  public static RunJournal of(
      Dispatch dispatch, List<Replayed> replay, String version, JournalSink sink) {
    int first = replay.isEmpty() ? dispatch.getNextSeq() : replay.getFirst().place().getSeq();
    var passed = new Passed(dispatch.getSubmittedAtMs(), first);
    return new RunJournal(dispatch, new ReplayCursor(replay, version, passed), sink);
  }

  /** The end of the journal, where the epoch's last record goes. */
  public JournalTail tail() {
    return tail;
  }

  public ChildLedger children() {
    return children;
  }

  /** Steps that execute beside each other; it exists from the first call on. */
  public ParallelSteps parallel() {
    var steps = parallel;
    if (steps == null) {
      steps = new ParallelSteps(calls, cursor, charges, tail);
      parallel = steps;
    }
    return steps;
  }

  private void checkNoneOpen(String call) {
    if (parallel != null) {
      parallel.checkNoneOpen(call);
    }
  }

  /** The position in the code that the next step has, the same on every epoch. */
  public int position() {
    return passed.position();
  }

  // --- steps

  /**
   * The journaled end of the step that the code is at, or null if it is to be executed.
   *
   * @throws RuntimeException what the step threw, if it failed
   */
  public @Nullable StepEntry step(String name) {
    var call = "step '" + name + "'";
    var replayed = calls.position(call);
    if (replayed == null) {
      return null;
    }
    if (!(replayed.entry() instanceof Position.Step(StepEntry entry))
        || !entry.getName().equals(name)) {
      throw cursor.mismatch(call);
    }
    cursor.take();
    var error = entry.getError();
    if (error != null) {
      tail.note(error);
      throw Refusals.failed(name, error);
    }
    return entry;
  }

  /**
   * The result of a step that was replayed is none that its code can read.
   *
   * @param code its position in the code
   * @param found what the code wants, and why that is not it
   */
  public StepMismatchException unreadable(int code, String found) {
    return cursor.unreadable(code, found);
  }

  /**
   * Checks that the slice holds what a body may charge, before each of its tries.
   *
   * @return what it has to hold; empty if it does
   * @throws BudgetExhaustedException if it does not and never will
   */
  public Map<String, Long> reserve(Map<String, Long> maxCharge) {
    return charges.reserve(charges.body(), maxCharge);
  }

  /** No try of the step is in progress: what it may charge is free for others. */
  public void pausesTries() {
    charges.body().ended();
  }

  /** Whether the next try of a body may fit when steps have ended that execute beside it. */
  public boolean isHeldUp(Map<String, Long> maxCharge) {
    return charges.isHeldUp(charges.body(), maxCharge);
  }

  public void stepEnded(
      String name, ValueCodec.Encoded result, int tries, long startedAtMs, long endedAtMs) {
    tail.append(
        charged ->
            new StepEntry(
                name,
                result.bytes(),
                result.contentType(),
                null,
                charged,
                tries,
                startedAtMs,
                endedAtMs));
  }

  // --- charges

  /** What the code between steps charges counts once: when it runs ahead of the journal. */
  public void charge(String meter, long amount, boolean inBody) {
    meters.charge(meter, amount);
    tail.checkOpen();
    cursor.checkOpen();
    if (!inBody) {
      checkNoneOpen("charge outside of a step");
    }
    if (!inBody && cursor.isRestored()) {
      replayCharge(meter, amount);
    }
    if (inBody) {
      throwIfAny(charges.charge(charges.body(), meter, amount));
    } else if (cursor.isAhead()) {
      var refusal = charges.charge(meter, amount);
      if (refusal != null) {
        tail.settle();
        throw calls.refused(Refusals.CHARGE, refusal);
      }
    }
  }

  private static void throwIfAny(@Nullable RuntimeException refusal) {
    if (refusal != null) {
      throw refusal;
    }
  }

  /** What the body of a step charges that executes beside the code, also while the epoch ends. */
  public void charge(StartedStep step, String meter, long amount) {
    meters.charge(meter, amount);
    throwIfAny(charges.charge(step.charges(), meter, amount));
  }

  /** Of several charges before a position that says one was refused: the one that was too much. */
  private void replayCharge(String meter, long amount) {
    var replayed = cursor.peek();
    if (replayed != null
        && replayed.entry() instanceof Position.Refused refused
        && cursor.charged(meter, amount) > refused.charged().getOrDefault(meter, 0L)) {
      calls.replayRefusal(Refusals.CHARGE);
    }
  }

  public Budget budget() {
    return charges.budget();
  }

  // --- waits

  /** Returns when the time is over; else the epoch ends. */
  public void sleep(long delayMs) {
    checkNoneOpen("sleep");
    var replayed = calls.position("sleep");
    if (replayed == null) {
      throw tail.endEpoch(new Wait.Time(delayMs));
    }
    if (!(replayed.entry() instanceof Position.Slept)) {
      throw cursor.mismatch("sleep");
    }
    cursor.take();
  }

  /** The offset of the signal that the run takes; -1 if it waited in vain. */
  public long signal(String name, long timeoutMs) {
    checkNoneOpen("awaitSignal");
    var call = "signal '" + name + "'";
    var replayed = calls.position(call);
    if (replayed == null) {
      return takeSignal(name, timeoutMs);
    }
    if (!SignalInbox.isFor(replayed.entry(), name)) {
      throw cursor.mismatch(call);
    }
    cursor.take();
    return replayed.place().getSignalOffset();
  }

  private long takeSignal(String name, long timeoutMs) {
    var signal = signals.take(name);
    if (signal == null) {
      throw tail.endEpoch(new Wait.Signal(name, timeoutMs));
    }
    tail.append(charged -> new SignalEntry(name, signal.getNumber(), charged));
    return signal.getOffset();
  }

  // --- children

  /** Calls that concern other runs of the tree. */
  public TreeCalls tree() {
    return tree;
  }

  /** Returns what became of a signal if the dispatch says so; else the epoch ends. */
  public Delivery awaitSent(SentSignal sent) {
    checkNoneOpen("await of a signal that was sent");
    return tree.await(sent);
  }

  /** Returns when all of these children have ended or were refused; else the epoch ends. */
  public void awaitChildren(List<Integer> numbers) {
    checkNoneOpen("await of children");
    calls.begin();
    cursor.checkRestored("await");
    var open = children.open(numbers);
    if (!open.isEmpty()) {
      throw tail.endEpoch(new Wait.Children(open));
    }
  }

  /**
   * Returns when one of several things has come, or all of them; else the epoch ends.
   *
   * @param branches as the journal has them, in the order of the code
   */
  public CombinedCall.Outcome awaitSeveral(boolean all, List<Object> branches) {
    checkNoneOpen(all ? "awaitAll" : "awaitAny");
    return new CombinedCall(calls, cursor, tail, children, signals).await(all, branches);
  }

  // --- checkpoints and versions

  public void checkpoint(ValueCodec.Encoded state) {
    checkNoneOpen("checkpoint");
    calls.begin();
    cursor.checkRestored("checkpoint");
    var replayed = cursor.peek();
    if (replayed == null) {
      var taken = changes.taken();
      var numbers = changes.others();
      newest =
          tail.append(
              charged ->
                  new CheckpointEntry(
                      state.bytes(), ValueCodec.JSON_TYPE, taken, numbers, charged));
      tree.forgetSent();
    } else if (replayed.entry() instanceof Position.Checkpoint(CheckpointEntry entry)) {
      cursor.take();
      reached(entry);
    } else {
      throw cursor.mismatch("checkpoint");
    }
  }

  /** The newest checkpoint, from which the code now goes on; null if there is none. */
  public @Nullable CheckpointEntry restore() {
    tail.checkOpen();
    cursor.checkOpen();
    cursor.restored();
    return newest;
  }

  /**
   * The form of a change that the run takes; 0 is the code of before it.
   *
   * @param least the oldest that the code has
   * @param most the newest
   */
  public int version(String change, int least, int most) {
    calls.begin();
    return changes.number(change, least, most);
  }

  // --- what is the same on every epoch

  /** What the code has passed, for a call to {@code call}, which takes no position. */
  public Passed passed(String call) {
    calls.begin();
    cursor.checkRestored(call);
    return passed;
  }

  /** The code was told of something that happened at {@code ms}, by the log's clock. */
  public void told(long ms) {
    passed.time(ms);
  }

  /** What the code does now was not done by an earlier epoch. */
  public boolean isAhead() {
    return cursor.isAhead();
  }

  // --- the end

  /** Fails if the code has ended although the journal goes on. */
  public void checkEnd() {
    checkNoneOpen("the agent's return");
    calls.begin();
    cursor.checkRestored("the end of the agent");
    if (!cursor.isDone()) {
      throw cursor.mismatch("the end of the agent");
    }
  }

  /** Why the code does not fit the journal; null if it fits as far as it has come. */
  public @Nullable StepMismatchException mismatch() {
    return cursor.mismatch();
  }

  /** Takes what is to be recorded with the end of the run. */
  public Map<String, Long> takeCharges() {
    return charges.takeRest();
  }

  /** Takes what is to be recorded with an end of the epoch behind which the code runs again. */
  public Map<String, Long> takeBodyCharges() {
    return charges.takeSpentInBodies();
  }
}
