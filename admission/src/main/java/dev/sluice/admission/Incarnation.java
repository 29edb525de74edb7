package dev.sluice.admission;

/**
 * One life of a worker process.
 *
 * @param value {@code <worker>.<8 random characters>}
 */
public record Incarnation(String value) implements Comparable<Incarnation> {
  public Incarnation {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("incarnation must not be empty");
    }
  }

  @Override
  public int compareTo(Incarnation other) {
    return value.compareTo(other.value);
  }
}
