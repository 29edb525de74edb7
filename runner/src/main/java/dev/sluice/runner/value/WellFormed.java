package dev.sluice.runner.value;

/** Texts that come back from UTF-8 as they were. */
public final class WellFormed {
  private WellFormed() {}

  /** Whether no half of a surrogate pair stands alone in it: that would be written as "?". */
  public static boolean is(String text) {
    for (int i = 0; i < text.length(); i++) {
      char at = text.charAt(i);
      if (Character.isHighSurrogate(at)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(at)) {
        return false;
      }
    }
    return true;
  }
}
