package dev.sluice.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * An input, an output or a signal's payload: bytes, which go through as they are, and their type.
 * At most 1 MiB (1,048,576 bytes).
 *
 * @param bytes not copied; nobody may change them
 * @param contentType a media type, at most 256 characters
 */
public record Payload(byte[] bytes, String contentType) {
  public static final String JSON = "application/json";
  public static final String OCTETS = "application/octet-stream";

  private static final Payload NOTHING = new Payload(new byte[0], JSON);

  /** No bytes at all: an agent without an input gets null. */
  public static Payload nothing() {
    return NOTHING;
  }

  /** JSON, kept digit by digit and space by space. */
  public static Payload json(String json) {
    return new Payload(json.getBytes(StandardCharsets.UTF_8), JSON);
  }

  /** Bytes of no further type; over HTTP an input cannot be such. */
  public static Payload octets(byte[] bytes) {
    return new Payload(bytes, OCTETS);
  }

  /** What {@code codec} makes of a value. */
  public static Payload of(Object value, Codec codec) {
    return new Payload(codec.write(value), codec.contentType());
  }

  /**
   * The value, read as {@code type}.
   *
   * @throws IllegalArgumentException if it cannot be
   */
  public <T> T as(Class<T> type, Codec codec) {
    return as(TypeRef.of(type), codec);
  }

  /** The same for a generic type. */
  public <T> T as(TypeRef<T> type, Codec codec) {
    return codec.read(bytes, type);
  }

  /** The bytes as UTF-8. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** True if the content type is JSON, with or without parameters. */
  public boolean isJson() {
    return contentType.toLowerCase(Locale.ROOT).startsWith(JSON);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload(byte[] others, String type)
        && Arrays.equals(bytes, others)
        && contentType.equals(type);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + contentType.hashCode();
  }

  /** Says how much it is, not what: payloads are not for logs. */
  @Override
  public String toString() {
    return bytes.length + " bytes of " + contentType;
  }
}
