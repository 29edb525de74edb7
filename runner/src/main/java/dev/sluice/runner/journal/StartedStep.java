package dev.sluice.runner.journal;

import dev.sluice.v1.StepEntry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A step that executes beside the code, and what is known of its end. */
public final class StartedStep {
  private final String name;
  private final String line;
  private final int code;
  private final BodyCharges charges;
  private @Nullable StepEntry entry;
  private int seq;
  private long appendedMs;
  private JournalTail.@Nullable Failure failure;
  private int failed;

  StartedStep(String name, String line, int code, BodyCharges charges) {
    this.name = name;
    this.line = line;
    this.code = code;
    this.charges = charges;
  }

  public String name() {
    return name;
  }

  /** Where in the agent's code it was started. */
  String line() {
    return line;
  }

  /** Its position in the code. */
  public int code() {
    return code;
  }

  BodyCharges charges() {
    return charges;
  }

  /** Its end stands in the journal, at {@code seq}. */
  void journaled(StepEntry end, int atSeq, long atMs) {
    entry = end;
    seq = atSeq;
    appendedMs = atMs;
  }

  /** As it stands in the journal; null if nothing does. */
  public @Nullable StepEntry entry() {
    return entry;
  }

  long appendedMs() {
    return appendedMs;
  }

  /**
   * It failed, and the journal does not know.
   *
   * @param number of such failures in this epoch, in order
   */
  void failed(JournalTail.Failure how, int number) {
    failure = how;
    failed = number;
  }

  JournalTail.Failure failure() {
    return Objects.requireNonNull(failure);
  }

  /** Whether it is known how. */
  public boolean hasEnded() {
    return entry != null || failure != null;
  }

  boolean hasFailed() {
    return entry == null ? failure != null : entry.getError() != null;
  }

  /** Whether it ended before another that has ended, in the order that each resume sees. */
  boolean endedBefore(StartedStep other) {
    boolean isJournaled = entry != null;
    boolean otherIsJournaled = other.entry != null;
    if (isJournaled != otherIsJournaled) {
      return isJournaled;
    }
    return isJournaled ? seq < other.seq : failed < other.failed;
  }
}
