package dev.sluice.verification;

import dev.sluice.v1.Setting;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pools and agents whose starts are held back, partition by partition. */
final class Brakes {
  private record Key(int partition, String setting) {}

  private record Held(boolean isHeld, long sinceMs) {}

  private final Map<Key, Held> held = new HashMap<>();

  Brakes(History history) {
    for (var one : history.settings()) {
      var key = new Key(one.at().partition(), one.key());
      held.put(key, new Held(holds(one.setting()), one.at().appendMs()));
    }
  }

  private static boolean holds(@Nullable Setting setting) {
    if (setting == null) {
      return false;
    }
    var pool = setting.getPool();
    var agent = setting.getAgent();
    return (pool != null && (pool.getPaused() || pool.getMaxStartsPerMinute() != null))
        || (agent != null && (agent.getPaused() || agent.getMaxStartsPerMinute() != null));
  }

  /** Whether a pause or a bound may hold back a run, however long. */
  boolean hold(int partition, String pool, String agent) {
    return pool(partition, pool).isHeld() || agent(partition, agent).isHeld();
  }

  /** When what is set for its pool or agent was last changed; 0 for never. */
  long changedMs(int partition, String pool, String agent) {
    return Math.max(pool(partition, pool).sinceMs(), agent(partition, agent).sinceMs());
  }

  private Held pool(int partition, String name) {
    return held.getOrDefault(new Key(partition, "pool/" + name), new Held(false, 0));
  }

  private Held agent(int partition, String name) {
    return held.getOrDefault(new Key(partition, "agent/" + name), new Held(false, 0));
  }
}
