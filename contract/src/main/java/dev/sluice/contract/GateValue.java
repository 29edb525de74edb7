package dev.sluice.contract;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Numbers that affect the gate's decisions. A process is started with them, and a record on {@code
 * settings} sets one for all gates. Whatever began earlier keeps the number that it began with.
 */
public enum GateValue {
  /**
   * How long a lease lasts without a heartbeat, in milliseconds of lease time. A shorter one could
   * not be kept: its holder counts on two ticks less, and says every third of it that it lives.
   */
  LEASE_TTL("lease.ttl.ms", 6_000, 600_000),
  /** How long a run waits for a worker that has its agent, in milliseconds. */
  AGENT_WAIT("agent.wait.ms", 1_000, Bounds.DURATION_MS),
  /** Most dispatches of a pool without an answer, in one gate partition. */
  MAX_UNANSWERED("max.unanswered", 1, 100_000),
  /** How long workers may hold a run without its own {@code max_duration}, in milliseconds. */
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

  /** The smallest number allowed. */
  public long least() {
    return least;
  }

  /** The largest number allowed. */
  public long most() {
    return most;
  }

  /** Returns why {@code number} is not allowed; empty if it is. */
  public Optional<String> problem(long number) {
    return number < least || number > most
        ? Optional.of(text + " must be " + least + " to " + most + ", got " + number)
        : Optional.empty();
  }

  /** The value of this name; empty if there is none. */
  public static Optional<GateValue> of(String text) {
    return Arrays.stream(values()).filter(value -> value.text.equals(text)).findFirst();
  }

  /** Returns why the name is unknown; empty if it is known. */
  public static Optional<String> nameProblem(String text) {
    return of(text).isPresent()
        ? Optional.empty()
        : Optional.of("a value must be one of " + names() + ", got " + Texts.quoted(text));
  }

  private static String names() {
    return Arrays.stream(values()).map(GateValue::text).collect(Collectors.joining(", "));
  }
}
