package dev.sluice.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** The open connections of a server: which are late, and which give way when there is no room. */
final class Connections {
  private static final int BATCH = 16;
  private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();

  private record Seen(Connection connection, long sinceNanos) {}

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

  /**
   * Makes a sixteenth of those that are waited for give way, the longest first. Whoever has sent a
   * whole request is none of them.
   *
   * @return whether there are such
   */
  boolean makeRoom() {
    return giveWay(connection -> true);
  }

  /** Makes the longest of those give way that hold bytes and keep us waiting. */
  void makeRoomForBytes() {
    giveWay(Connection::holdsBytes);
  }

  private boolean giveWay(Predicate<Connection> which) {
    long now = System.nanoTime();
    // Sorted by what was seen once: they go on meanwhile.
    List<Connection> longest =
        open.stream()
            .filter(which)
            .filter(connection -> connection.mayGiveWay(now))
            .map(connection -> new Seen(connection, connection.sinceNanos()))
            .sorted(Comparator.comparingLong(seen -> seen.sinceNanos() - now))
            .limit(Math.max(1, open.size() / BATCH))
            .map(Seen::connection)
            .toList();
    longest.forEach(connection -> connection.cut(Connection.Cut.ROOM));
    return !longest.isEmpty();
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
