package dev.sluice.admission.run;

import dev.sluice.contract.Names;

/**
 * One life of a worker process.
 *
 * @param value {@code <worker>.<8 random characters>}
 */
public record Incarnation(String value) implements Comparable<Incarnation> {
  public Incarnation {
    Names.incarnationProblem(value)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
  }

  /** Whether it is another life under the same worker id. */
  public boolean isAnotherOf(Incarnation other) {
    return !equals(other) && worker().equals(other.worker());
  }

  private String worker() {
    int dot = value.lastIndexOf('.');
    return dot < 0 ? value : value.substring(0, dot);
  }

  @Override
  public int compareTo(Incarnation other) {
    return value.compareTo(other.value);
  }
}
