package dev.sluice.topology.gate.parking;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition of {@code lookups} that still wait. For each sender and schema only
 * the range of their offsets is kept, so that any number of records of one schema costs the same;
 * and of a sender with too many schemas only where the rest begins, which is read again later.
 */
final class ParkedPartition {
  /** The most schemas of one sender that are known to wait. */
  static final int MOST_OF_SENDER = 4_000;

  /** Beyond the bound of all together a sender still has this many. */
  static final int LEAST_OF_SENDER = 16;

  /** Senders are told apart by the hash of their key. */
  static final int SENDERS = 64;

  /** A broker forgets what nobody has committed for days. */
  private static final Duration COMMITTED_AGAIN = Duration.ofHours(1);

  private static final class Range {
    private long first;
    private long last;

    private Range(long offset) {
      first = offset;
      last = offset;
    }
  }

  /** What was read when. */
  private record Mark(long nanos, long next) {}

  private final Map<Integer, Map<Integer, Range>> ranges = new HashMap<>();
  private final int[] ofSender = new int[SENDERS];
  private final Map<Integer, Long> rest = new HashMap<>();
  private final Deque<Mark> marks = new ArrayDeque<>();
  private final long start;
  private long next;
  private long committed;
  private long committedNanos;
  private int size;

  ParkedPartition(long next, long nowNanos) {
    committedNanos = nowNanos;
    start = next;
    this.next = next;
    committed = next;
  }

  // --- what waits

  /** The first offset that was not read. */
  long next() {
    return next;
  }

  void readUpTo(long offset) {
    next = offset;
  }

  /**
   * A record waits.
   *
   * @param isFull whether the schemas that wait in this process are as many as may be
   * @return false if it belongs to the rest of its sender, of which nothing else is kept
   */
  boolean add(long offset, int sender, int schemaId, boolean isFull) {
    if (rest.containsKey(sender)) {
      return false;
    }
    var senders = ranges.computeIfAbsent(schemaId, id -> new HashMap<>(2));
    var range = senders.get(sender);
    if (range != null) {
      range.first = Math.min(range.first, offset);
      range.last = Math.max(range.last, offset);
      return true;
    }
    if (ofSender[sender] < (isFull ? LEAST_OF_SENDER : MOST_OF_SENDER)) {
      senders.put(sender, new Range(offset));
      ofSender[sender]++;
      size++;
      return true;
    }
    rest.put(sender, offset);
    if (senders.isEmpty()) {
      ranges.remove(schemaId);
    }
    return false;
  }

  /** How many pairs of sender and schema wait. */
  int size() {
    return size;
  }

  boolean waitsFor(int schemaId) {
    return ranges.containsKey(schemaId);
  }

  boolean waitsFor(int schemaId, int sender) {
    var senders = ranges.get(schemaId);
    return senders != null && senders.containsKey(sender);
  }

  // --- the rest

  /** The senders with a rest that have room again, and where their rests begin. */
  Map<Integer, Long> rests(boolean isFull) {
    int most = (isFull ? LEAST_OF_SENDER : MOST_OF_SENDER) / 2;
    var open = new HashMap<Integer, Long>();
    rest.forEach(
        (sender, first) -> {
          if (ofSender[sender] <= most) {
            open.put(sender, first);
          }
        });
    return open;
  }

  /** The rest of this sender begins here, or there is none any more. */
  void restBegins(int sender, @Nullable Long offset) {
    if (offset == null) {
      rest.remove(sender);
    } else {
      rest.put(sender, offset);
    }
  }

  boolean hasRest(int sender) {
    return rest.containsKey(sender);
  }

  // --- what is sent back

  /** Whether this record waits. */
  boolean holds(long offset, int sender, int schemaId) {
    var senders = ranges.get(schemaId);
    var range = senders == null ? null : senders.get(sender);
    return range != null && range.first <= offset && offset <= range.last;
  }

  /** The first and the last offset that records of this schema have; null if none waits. */
  long @Nullable [] span(int schemaId) {
    var senders = ranges.get(schemaId);
    if (senders == null) {
      return null;
    }
    long first = Long.MAX_VALUE;
    long last = -1;
    for (var range : senders.values()) {
      first = Math.min(first, range.first);
      last = Math.max(last, range.last);
    }
    return new long[] {first, last};
  }

  /** Nothing of this schema waits before this offset any more. */
  void sentUpTo(int schemaId, long offset) {
    var senders = ranges.get(schemaId);
    if (senders == null) {
      return;
    }
    var each = senders.entrySet().iterator();
    while (each.hasNext()) {
      var range = each.next();
      range.getValue().first = Math.max(range.getValue().first, offset);
      if (range.getValue().first > range.getValue().last) {
        each.remove();
        ofSender[range.getKey()]--;
        size--;
      }
    }
    if (senders.isEmpty()) {
      ranges.remove(schemaId);
    }
  }

  // --- time

  /** It is now; what came before {@code forgottenNanos} is not asked for any more. */
  void mark(long nowNanos, long forgottenNanos) {
    marks.addLast(new Mark(nowNanos, next));
    while (marks.size() > 1 && marks.getFirst().nanos() - forgottenNanos < 0) {
      marks.removeFirst();
    }
  }

  /** An offset before which all was read by then. */
  long readBefore(long nanos) {
    long read = start;
    for (var mark : marks) {
      if (mark.nanos() - nanos > 0) {
        break;
      }
      read = mark.next();
    }
    return read;
  }

  // --- what is committed

  /** Where another process would have to go on. */
  long committable() {
    long first = next;
    for (var senders : ranges.values()) {
      for (var range : senders.values()) {
        first = Math.min(first, range.first);
      }
    }
    for (long begins : rest.values()) {
      first = Math.min(first, begins);
    }
    return first;
  }

  /** Whether this would be news, or what is committed might be forgotten. */
  boolean isToBeCommitted(long offset, long nowNanos) {
    return offset != committed || nowNanos - committedNanos > COMMITTED_AGAIN.toNanos();
  }

  void committed(long offset, long nowNanos) {
    committed = offset;
    committedNanos = nowNanos;
  }
}
