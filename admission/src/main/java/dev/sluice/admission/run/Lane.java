package dev.sluice.admission.run;

/**
 * Runs that the same workers can take.
 *
 * @param pool the pool's name
 * @param agent the agent's name
 */
public record Lane(String pool, String agent) implements Comparable<Lane> {
  @Override
  public int compareTo(Lane other) {
    int byPool = pool.compareTo(other.pool);
    return byPool != 0 ? byPool : agent.compareTo(other.agent);
  }
}
