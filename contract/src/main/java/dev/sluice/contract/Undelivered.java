package dev.sluice.contract;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why the gate did not deliver a signal that a run sent to another of its tree. The names stand in
 * dispatches, once for each such signal that is to be replayed: they are short for that.
 */
public enum Undelivered {
  /** The receiver has as many signals that it has not taken as it may have. */
  FULL,

  /** The receiver has ended, is dead, or was asked to end. */
  ENDED,

  /** There is no such run in the tree. */
  UNKNOWN,

  /** The receiver's name is none of the sender's tree. */
  FOREIGN;

  /** The longest name, in characters. */
  public static final int MOST_CHARS = 7;

  /** The one of this name; empty for another reason. */
  public static Optional<Undelivered> named(String name) {
    return Stream.of(values()).filter(one -> one.name().equals(name)).findFirst();
  }
}
