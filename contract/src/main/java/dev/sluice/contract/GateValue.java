package dev.sluice.contract;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Numbers that the gate's decisions go by. A process is started with them, and a record on {@code
 * settings} sets one for all gates; what began before goes on by the number that it began with.
 */
public enum GateValue {
  /**
   * How long a lease lasts whose holder is not heard, in milliseconds of lease time. A shorter one
   * could not be kept: its holder counts on two ticks less, and says every third of it that it
   * lives.
   */
  LEASE_TTL("lease.ttl.ms", 6_000, 600_000),
  /** How long a run waits for a worker that has its agent, in milliseconds. */
  AGENT_WAIT("agent.wait.ms", 1_000, Bounds.DURATION_MS),
  /** Most dispatches of a pool without an answer, in one gate partition. */
  MAX_UNANSWERED("max.unanswered", 1, 100_000),
  /** For how long workers may hold a run that does not say so itself, in milliseconds. */
  MAX_DURATION("max.duration.ms", 1_000, Bounds.DURATION_MS),
  /** How long a dead run can be sent back, in milliseconds. */
  DEAD_KEEP("dead.keep.ms", 1_000, Bounds.DURATION_MS);

  private final String text;
  private final long least;
  private final long most;

  GateValue(String text, long least, long most) {
    this.text = text;
    this.least = least;
    this.most = most;
  }

  /** Its name in files, on topics and over HTTP. */
  public String text() {
    return text;
  }

  /** The smallest number that it may have. */
  public long least() {
    return least;
  }

  /** The largest number that it may have. */
  public long most() {
    return most;
  }

  /** Says why it may not be {@code number}; empty if it may. */
  public Optional<String> problem(long number) {
    return number < least || number > most
        ? Optional.of(text + " must be " + least + " to " + most + ", got " + number)
        : Optional.empty();
  }

  /** The value of this name; empty if there is none. */
  public static Optional<GateValue> of(String text) {
    return Arrays.stream(values()).filter(value -> value.text.equals(text)).findFirst();
  }

  /** Says why nothing has this name; empty if something has. */
  public static Optional<String> nameProblem(String text) {
    return of(text).isPresent()
        ? Optional.empty()
        : Optional.of("a value must be one of " + names() + ", got " + Texts.quoted(text));
  }

  private static String names() {
    return Arrays.stream(values()).map(GateValue::text).collect(Collectors.joining(", "));
  }
}
