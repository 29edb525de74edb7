package dev.sluice.client;

/**
 * Turns values into bytes and back. docs/clients.md has one for Jackson, in ten lines; the client
 * itself brings no library for it.
 */
public interface Codec {
  /** Of the bytes that it writes. */
  String contentType();

  /**
   * A value's bytes.
   *
   * @throws IllegalArgumentException if it has none
   */
  byte[] write(Object value);

  /**
   * The value of {@code type} that the bytes say.
   *
   * @throws IllegalArgumentException if they say none
   */
  <T> T read(byte[] bytes, TypeRef<T> type);
}
