package dev.sluice.runner.journal;

import org.jspecify.annotations.Nullable;

/** What every call of an agent begins with, and calls other than steps that are refused. */
final class Calls {
  private final ReplayCursor cursor;
  private final JournalTail tail;

  Calls(ReplayCursor cursor, JournalTail tail) {
    this.cursor = cursor;
    this.tail = tail;
  }

  /** The agent goes on: a failure that it was told of last is one that it has caught. */
  void begin() {
    checkOpen();
    tail.settle();
  }

  void checkOpen() {
    tail.checkOpen();
    cursor.checkOpen();
  }

  /**
   * What is journaled for the call that the code is at; null if it runs ahead of the journal.
   *
   * @param call what the code does, for people
   */
  @Nullable Replayed position(String call) {
    begin();
    cursor.checkRestored(call);
    var replayed = cursor.peek();
    if (replayed == null) {
      tail.checkRoom();
    }
    return replayed;
  }

  /** A call that was refused, so that it is refused again in replay. */
  RuntimeException refused(String call, RuntimeException refusal) {
    tail.fail(new JournalTail.Failure(call, Refusals.of(refusal, null), 1, 0, 0));
    return refusal;
  }

  void replayRefusal(String call) {
    var replayed = cursor.peek();
    if (replayed != null
        && replayed.entry() instanceof Position.Refused refused
        && refused.call().equals(call)) {
      cursor.take();
      tail.note(refused.error());
      throw Refusals.refused(refused.error());
    }
  }
}
