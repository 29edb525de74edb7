package dev.sluice.topology.catalog.query;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Opaque cursors that mark where a page ended. */
public final class Cursors {
  private Cursors() {}

  static String write(String place) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(place.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a cursor.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String read(String cursor) {
    return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
  }

  /** The number that {@code place} is; -1, before everything, if it is none. */
  static long number(String place) {
    return place.matches("\\d{1,18}") ? Long.parseLong(place) : -1;
  }
}
