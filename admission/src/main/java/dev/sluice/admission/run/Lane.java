package dev.sluice.admission.run;

/**
 * Runs that the same workers can take.
 *
 * @param pool the pool's name
 * @param agent the agent's name
 * @param suspect whether they may be what ends their workers: {@link Tries#isSuspect}
 */
public record Lane(String pool, String agent, boolean suspect) implements Comparable<Lane> {
  @Override
  public int compareTo(Lane other) {
    int byPool = pool.compareTo(other.pool);
    if (byPool != 0) {
      return byPool;
    }
    int byAgent = agent.compareTo(other.agent);
    return byAgent != 0 ? byAgent : Boolean.compare(suspect, other.suspect);
  }
}
