package dev.sluice.admission.run;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The signals of one run.
 *
 * @param received signals accepted so far; the last one's number
 * @param taken of these, signals that the run has taken
 * @param untaken read back from the journal and not taken, in order of arrival
 */
public record Inbox(int received, int taken, List<Signal> untaken) {
  static final Inbox EMPTY = new Inbox(0, 0, List.of());

  public Inbox {
    untaken = List.copyOf(untaken);
  }

  /** Signals that the run has not taken, read back or on their way. */
  public int waiting() {
    return received - taken;
  }

  /** Whether a signal of this number is on its way through the journal. */
  public boolean expects(int number) {
    return number >= 1
        && number <= received
        && untaken.size() < waiting()
        && numbered(number) == null;
  }

  public Inbox receive() {
    return new Inbox(received + 1, taken, untaken);
  }

  public Inbox add(Signal signal) {
    var more = new ArrayList<>(untaken);
    more.add(signal);
    return new Inbox(received, taken, more);
  }

  /** One that went to a wait without lying here. */
  public Inbox handOver() {
    return new Inbox(received, taken + 1, untaken);
  }

  public Inbox take(Signal signal) {
    var fewer = new ArrayList<>(untaken);
    fewer.remove(signal);
    return new Inbox(received, taken + 1, fewer);
  }

  public @Nullable Signal oldest(String name) {
    return untaken.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  public @Nullable Signal numbered(int number) {
    return untaken.stream().filter(one -> one.number() == number).findFirst().orElse(null);
  }
}
