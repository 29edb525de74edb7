package dev.sluice.verification;

import dev.sluice.v1.Setting;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The brakes on pools and agents, by partition. */
final class Brakes {
  /** Of a start that a brake bounds to one a minute, in lease time. */
  private static final long MINUTE_MS = 63_000;

  /** For how long the flow rises where a brake was eased, in lease time. */
  private static final long RAMP_MS = 60_000;

  private record Key(int partition, String setting) {}

  /**
   * What is set.
   *
   * @param most starts of a minute in all partitions; 0 for none, null for no bound
   */
  private record Held(@Nullable Integer most, long sinceMs) {
    static final Held NOT = new Held(null, 0);
  }

  private final Map<Key, Held> held = new HashMap<>();
  private final Map<Key, Long> startedMs = new HashMap<>();
  private final int partitions;

  Brakes(History history) {
    int last = 0;
    for (var one : history.progress()) {
      last = Math.max(last, one.at().partition()); // ticks are in all of them
    }
    partitions = last + 1;
    for (var one : history.settings()) {
      var key = new Key(one.at().partition(), one.key());
      held.put(key, new Held(most(one.setting()), one.at().appendMs()));
    }
  }

  private static @Nullable Integer most(@Nullable Setting setting) {
    var pool = setting == null ? null : setting.getPool();
    var agent = setting == null ? null : setting.getAgent();
    if ((pool != null && pool.getPaused()) || (agent != null && agent.getPaused())) {
      return 0;
    }
    if (pool != null) {
      return pool.getMaxStartsPerMinute();
    }
    return agent == null ? null : agent.getMaxStartsPerMinute();
  }

  /** A run was started; in the order of the log. */
  void started(int partition, String pool, String agent, long ms) {
    startedMs.merge(pool(partition, pool), ms, Math::max);
    startedMs.merge(agent(partition, agent), ms, Math::max);
  }

  /** Whether nothing may start, however long. */
  boolean hold(int partition, String pool, String agent) {
    return everyMs(pool(partition, pool)) == Long.MAX_VALUE
        || everyMs(agent(partition, agent)) == Long.MAX_VALUE;
  }

  /**
   * Within which lease time a run must start that nothing but bounds holds back, counted from
   * {@link #boundSinceMs}; 0 where there is no bound.
   */
  long startsWithinMs(int partition, String pool, String agent) {
    long everyMs = Math.max(everyMs(pool(partition, pool)), everyMs(agent(partition, agent)));
    return everyMs == 0 || everyMs == Long.MAX_VALUE ? everyMs : everyMs + RAMP_MS;
  }

  /** When the last run started that a bound of this pool or agent counts; 0 for never. */
  long boundSinceMs(int partition, String pool, String agent) {
    return Math.max(boundSinceMs(pool(partition, pool)), boundSinceMs(agent(partition, agent)));
  }

  private long boundSinceMs(Key key) {
    return everyMs(key) == 0 ? 0 : startedMs.getOrDefault(key, 0L);
  }

  /** When the setting of its pool or agent was last changed; 0 for never. */
  long changedMs(int partition, String pool, String agent) {
    return Math.max(held(pool(partition, pool)).sinceMs(), held(agent(partition, agent)).sinceMs());
  }

  /** Between two starts of the partition's share; 0 for no bound, the largest for no start. */
  private long everyMs(Key key) {
    var most = held(key).most();
    if (most == null) {
      return 0;
    }
    if (most <= 0) {
      return Long.MAX_VALUE;
    }
    if (most < partitions) {
      return MINUTE_MS * partitions / most;
    }
    return MINUTE_MS / (most / partitions + (key.partition() < most % partitions ? 1 : 0));
  }

  private Held held(Key key) {
    return held.getOrDefault(key, Held.NOT);
  }

  private static Key pool(int partition, String name) {
    return new Key(partition, "pool/" + name);
  }

  private static Key agent(int partition, String name) {
    return new Key(partition, "agent/" + name);
  }
}
