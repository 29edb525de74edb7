package dev.sluice.topology.gate.transaction;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a transaction may stay open. The time doubles, up to ten seconds, each time the same id
 * is fenced within a minute, so that a slow broker cannot cause a livelock.
 */
final class FencingPatience {
  private static final Duration MOST = Duration.ofSeconds(10);
  private static final long MEMORY_MS = 60_000;

  private record Fenced(long atMs, Duration next) {}

  private final String prefix;
  private final Duration least;
  private final Map<String, Fenced> fenced = new HashMap<>();

  FencingPatience(String prefix, Duration least) {
    this.prefix = prefix;
    this.least = least;
  }

  /** Whether it is one of ours. */
  boolean isFor(String id) {
    return id.startsWith(prefix);
  }

  Duration least() {
    return least;
  }

  /** The time that {@code id} has now. */
  Duration of(String id, long nowMs) {
    fenced.values().removeIf(past -> nowMs - past.atMs() > MEMORY_MS);
    var past = fenced.get(id);
    return past == null ? least : past.next();
  }

  /** Returns whether an id of ours that was open for {@code open} is to be fenced now. */
  boolean isOver(String id, Duration open, long nowMs) {
    var patience = of(id, nowMs);
    if (!isFor(id) || open.compareTo(patience) < 0) {
      return false;
    }
    var doubled = patience.multipliedBy(2);
    fenced.put(id, new Fenced(nowMs, doubled.compareTo(MOST) > 0 ? MOST : doubled));
    return true;
  }
}
