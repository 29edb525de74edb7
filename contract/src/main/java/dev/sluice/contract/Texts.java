package dev.sluice.contract;

/** Truncates foreign texts; a truncated text ends with {@link #MARK}. */
public final class Texts {
  /** Marks a truncated text. */
  public static final char MARK = '…';

  private static final int QUOTED_CHARS = 100;
  private static final int MOST_BYTES = 3;

  private Texts() {}

  /** The text, or as much of it as makes {@code most} characters with the mark. */
  public static String atMost(int most, String text) {
    if (text.length() <= most) {
      return text;
    }
    int end = most - 1;
    // Half of a surrogate pair could not be written as UTF-8.
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + MARK;
  }

  /** The text, or as much of it as makes {@code most} bytes of UTF-8 with the mark. */
  public static String atMostBytes(int most, String text) {
    if (text.length() <= most / MOST_BYTES) {
      return text;
    }
    int bytes = 0;
    int fits = 0;
    for (int i = 0; i < text.length(); i++) {
      bytes += bytes(text.charAt(i));
      if (bytes <= most - MOST_BYTES) {
        fits = i + 1;
      } else if (bytes > most) {
        return atMost(fits + 1, text);
      }
    }
    return text;
  }

  /** Each half of a surrogate pair counts for more than its part of the four. */
  private static int bytes(char c) {
    if (c < 0x80) {
      return 1;
    }
    return c < 0x800 ? 2 : MOST_BYTES;
  }

  /** The part of a wrong value that a message quotes. */
  public static String quoted(String value) {
    return atMost(QUOTED_CHARS, value);
  }
}
