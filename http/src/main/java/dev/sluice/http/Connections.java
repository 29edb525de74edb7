package dev.sluice.http;

import dev.sluice.http.wire.ByteBudget;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The open connections of a server: which are late, and which give way when there is no room. */
final class Connections {
  private static final int BATCH = 16;
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

  /** Gives up those whose time is over. */
  void sweep(long nowNanos) {
    open.forEach(connection -> connection.endIfLate(nowNanos));
  }

  /** How many are open and have not been told to give way. */
  int staying() {
    return (int) open.stream().filter(connection -> !connection.isCut()).count();
  }

  /**
   * Makes a sixteenth of those that are waited for give way, those first who are furthest behind.
   * Whoever has sent a whole request is none of them.
   *
   * @return whether there are such
   */
  boolean makeRoom() {
    var all = waitedFor(System.nanoTime()).toList();
    all.stream()
        .sorted(Seen.ORDER)
        .filter(seen -> !seen.connection().isBehindItsCaller())
        .limit((all.size() + BATCH - 1) / BATCH)
        .forEach(seen -> seen.connection().cut(Connection.Cut.ROOM));
    return !all.isEmpty();
  }

  /** What those hold who are further behind than so, in the order in which they lose it. */
  Iterator<ByteBudget.Hold> furtherBehind(long behindNanos) {
    return waitedFor(System.nanoTime())
        .filter(seen -> seen.behindNanos() > behindNanos)
        .filter(seen -> seen.connection().hold().bytes() > 0)
        .sorted(Seen.ORDER)
        .map(Seen::connection)
        .filter(connection -> !connection.isBehindItsCaller())
        .map(Connection::hold)
        .iterator();
  }

  /** Seen once, for they go on meanwhile. */
  private Stream<Seen> waitedFor(long nowNanos) {
    return open.stream()
        .filter(Connection::mayGiveWay)
        .map(connection -> Seen.of(connection, nowNanos));
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
      open.stream().filter(Connection::isIdle).forEach(c -> c.cut(Connection.Cut.STOP));
      LockSupport.parkNanos(POLL_NANOS);
    }
    open.forEach(Connection::abort);
  }
}
