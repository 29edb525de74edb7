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

  @Override
  public int compareTo(Incarnation other) {
    return value.compareTo(other.value);
  }
}
