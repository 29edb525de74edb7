package dev.sluice.admission.run;

import java.util.Comparator;

/**
 * Runs that the same workers can take.
 *
 * @param pool the pool's name
 * @param agent the agent's name
 * @param suspect whether they may be what ends their workers: {@link Tries#isSuspect}
 * @param needs what replaying their journals takes
 */
public record Lane(String pool, String agent, boolean suspect, Needs needs)
    implements Comparable<Lane> {
  private static final Comparator<Lane> ORDER =
      Comparator.comparing(Lane::pool)
          .thenComparing(Lane::agent)
          .thenComparing(Lane::suspect)
          .thenComparing(Lane::needs);

  @Override
  public int compareTo(Lane other) {
    return ORDER.compare(this, other);
  }
}
