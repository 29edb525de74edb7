package dev.sluice.contract;

/** Cuts texts of others to a length; what was cut ends in {@link #MARK}. */
public final class Texts {
  /** Stands where something was cut off. */
  public static final char MARK = '…';

  private static final int QUOTED_CHARS = 100;

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

  /** What a message quotes of a value that is wrong. */
  public static String quoted(String value) {
    return atMost(QUOTED_CHARS, value);
  }
}
