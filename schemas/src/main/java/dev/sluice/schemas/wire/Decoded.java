package dev.sluice.schemas.wire;

import java.util.function.Supplier;

/** The result of reading a record's value. */
public sealed interface Decoded<T> {
  /** It is this. */
  record Value<T>(T value) implements Decoded<T> {}

  /**
   * It is nothing that can be read, now or later.
   *
   * @param failure says why; its message is of bounded length, and its stack trace says where
   */
  record Unreadable<T>(SerdeException failure) implements Decoded<T> {}

  /** Its schema has not been asked for yet, so nothing can be said. */
  record Unknown<T>(int schemaId) implements Decoded<T> {}

  /** What {@code reading} gives, or why it fails. */
  static <T> Decoded<T> of(Supplier<T> reading) {
    try {
      return new Value<>(reading.get());
    } catch (SerdeException e) {
      return new Unreadable<>(e);
    }
  }
}
