package dev.sluice.topology.catalog.scaling;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Counts down how many queued runs of a pool its brakes let start within a minute. */
final class Allowed {
  /** Of what no brake bounds. */
  static final long ALL = Long.MAX_VALUE;

  private final ToLongFunction<String> ofAgents;
  private final Map<String, Long> agents = new HashMap<>();
  private final boolean isBraked;
  private long pool;

  /**
   * None counted yet.
   *
   * @param ofPool of all the pool's agents together
   * @param ofAgents of an agent
   */
  Allowed(long ofPool, ToLongFunction<String> ofAgents) {
    this.pool = ofPool;
    this.ofAgents = ofAgents;
    isBraked = ofPool != ALL;
  }

  /** Whether a brake bounds the starts of an agent in the pool. */
  boolean isBraked(String agent) {
    return isBraked || ofAgents.applyAsLong(agent) != ALL;
  }

  /** Counts runs of an agent; at most {@code most}. */
  int take(String agent, int most) {
    long ofAgent = agents.computeIfAbsent(agent, ofAgents::applyAsLong);
    int taken = (int) Math.min(most, Math.min(ofAgent, pool));
    agents.put(agent, minus(ofAgent, taken));
    pool = minus(pool, taken);
    return taken;
  }

  private static long minus(long allowed, int taken) {
    return allowed == ALL ? ALL : allowed - taken;
  }
}
