package dev.sluice.http;

import dev.sluice.http.wire.ByteBudget;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The open connections of a server. Finds those that are late, and those that must give way when
 * there is no room.
 */
final class Connections {
  private static final int BATCH = 16;

  /** What a caller's computer or the network may pause within a burst. */
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();

  /** Those who have had an answer come last: most attackers have sent nothing whole. */
  private record Seen(Connection connection, boolean served, long behindNanos) {
    static final Comparator<Seen> ORDER =
        Comparator.comparing(Seen::served)
            .thenComparing(Comparator.comparingLong(Seen::behindNanos).reversed());

    static Seen of(Connection connection, long nowNanos) {
      return new Seen(connection, connection.isServed(), connection.behindNanos(nowNanos));
    }
  }

  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  void add(Connection connection) {
    open.add(connection);
  }

  void remove(Connection connection) {
    open.remove(connection);
  }

  int count() {
    return open.size();
  }

  /** Gives up connections whose time is over. */
  void sweep(long nowNanos) {
    open.forEach(connection -> connection.endIfLate(nowNanos));
  }

  /** The number of open connections that have not been told to give way. */
  int staying() {
    return (int) open.stream().filter(connection -> !connection.isCut()).count();
  }

  /**
   * Makes a sixteenth of all give way, those first who are furthest behind. None of them has sent
   * anything that it waits to see read or executed.
   */
  void makeRoom() {
    long now = System.nanoTime();
    open.stream()
        .map(connection -> Seen.of(connection, now))
        .sorted(Seen.ORDER)
        .map(Seen::connection)
        .filter(connection -> connection.waitsForItsCaller(now))
        .limit((open.size() + BATCH - 1) / BATCH)
        .forEach(connection -> connection.cut(Cut.ROOM));
  }

  /**
   * What others hold who give way to one that is so far behind, in the order in which they do:
   * those who have stopped, then those who go on.
   */
  Iterator<ByteBudget.Hold> givingWay(long behindNanos, Room.Want want) {
    return Stream.of(furtherBehind(Math.max(behindNanos, PAUSE_NANOS)), after(want))
        .flatMap(holds -> holds)
        .iterator();
  }

  private Stream<ByteBudget.Hold> after(Room.Want want) {
    long now = System.nanoTime();
    return open.stream()
        .filter(connection -> connection.comesAfter(want, now))
        .map(Connection::hold);
  }

  private Stream<ByteBudget.Hold> furtherBehind(long behindNanos) {
    long now = System.nanoTime();
    return open.stream()
        .filter(connection -> connection.hold().bytes() > 0)
        .map(connection -> Seen.of(connection, now)) // once, for they go on meanwhile
        .filter(seen -> seen.behindNanos() > behindNanos)
        .sorted(Seen.ORDER)
        .map(Seen::connection)
        .filter(connection -> connection.waitsForItsCaller(now))
        .map(Connection::hold);
  }

  /** Whether no connection is to take another request. */
  boolean isDraining() {
    return draining;
  }

  /** Ends those that have sent no byte of a request, and waits for the others. */
  void drain(Duration within) {
    draining = true;
    long until = System.nanoTime() + within.toNanos();
    while (!open.isEmpty() && System.nanoTime() < until) {
      open.stream().filter(Connection::isIdle).forEach(c -> c.cut(Cut.STOP));
      LockSupport.parkNanos(POLL_NANOS);
    }
    open.forEach(Connection::abort);
  }
}
