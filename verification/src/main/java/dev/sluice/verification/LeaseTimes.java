package dev.sluice.verification;

import dev.sluice.v1.Tick;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reconstructs lease time in each gate partition from its ticks. While no clock ticks, or two
 * clocks alternate, no lease time passes, so nobody can be late.
 */
final class LeaseTimes {
  private static final long MAX_ADVANCE_MS = 1_500;

  /** The last tick read, and lease time at each one's append time. */
  private static final class Clock {
    private final TreeMap<Long, Long> leaseMs = new TreeMap<>();
    private String sender = "";
    private long monotonicMs;
    private long appendMs;
    private long nowMs;

    void take(Tick tick, long at) {
      if (tick.getSender().equals(sender)) {
        long passed = Math.min(tick.getMonotonicMs() - monotonicMs, at - appendMs);
        nowMs += Math.clamp(passed, 0, MAX_ADVANCE_MS);
      }
      sender = tick.getSender();
      monotonicMs = tick.getMonotonicMs();
      appendMs = at;
      leaseMs.put(at, nowMs);
    }
  }

  private final Map<Integer, Clock> clocks = new HashMap<>();

  LeaseTimes(History history) {
    for (var one : history.progress()) {
      if (one.progress().getEvent() instanceof Tick tick) {
        clocks
            .computeIfAbsent(one.at().partition(), partition -> new Clock())
            .take(tick, one.at().appendMs());
      }
    }
  }

  /** How much lease time has passed in a partition since the append time {@code ms}. */
  long since(int partition, long ms) {
    var clock = clocks.get(partition);
    if (clock == null) {
      return 0;
    }
    var then = clock.leaseMs.floorEntry(ms);
    return clock.nowMs - (then == null ? 0 : then.getValue());
  }
}
