package dev.sluice.contract;

import java.nio.charset.StandardCharsets;

/** A string of JSON, between its quotes. */
final class JsonString {
  private static final String ESCAPED = "\"\\/bfnrt";
  private static final String MEANT = "\"\\/\b\f\n\r\t";
  private static final int HEX_DIGITS = 4;

  private JsonString() {}

  /**
   * Looks for the end of a string.
   *
   * @param from behind its first quote
   * @return where the byte behind its last quote is
   * @throws MalformedJsonException if it has none, or what a string may not have
   */
  static int end(byte[] text, int from) {
    int at = from;
    while (at < text.length) {
      int next = text[at] & 0xff;
      if (next == '"') {
        return at + 1;
      }
      if (next < ' ') {
        throw new MalformedJsonException("at byte " + at + " a string has a control character");
      }
      at += next == '\\' ? escape(text, at) : next < 0x80 ? 1 : utf8(text, at);
    }
    throw new MalformedJsonException("it ends within a string");
  }

  private static int escape(byte[] text, int at) {
    int which = at + 1 < text.length ? text[at + 1] : 0;
    if (which == 'u' && isHex(text, at + 2)) {
      return 2 + HEX_DIGITS;
    }
    if (which == 0 || ESCAPED.indexOf(which) < 0) {
      throw new MalformedJsonException("at byte " + at + " a string has an unknown escape");
    }
    return 2;
  }

  private static boolean isHex(byte[] text, int from) {
    for (int i = from; i < from + HEX_DIGITS; i++) {
      if (i >= text.length || Character.digit(text[i], 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of the character at {@code at} (RFC 3629 §4). */
  private static int utf8(byte[] text, int at) {
    int first = text[at] & 0xff;
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    boolean good = first >= 0xc2 && first <= 0xf4 && isSecond(text, at + 1, first);
    for (int i = 2; good && i < length; i++) {
      good = isWithin(text, at + i, 0x80, 0xbf);
    }
    if (!good) {
      throw new MalformedJsonException("at byte " + at + " it is not UTF-8");
    }
    return length;
  }

  /** Neither longer than need be, nor half of a surrogate pair, nor beyond the last character. */
  private static boolean isSecond(byte[] text, int at, int first) {
    return switch (first) {
      case 0xe0 -> isWithin(text, at, 0xa0, 0xbf);
      case 0xed -> isWithin(text, at, 0x80, 0x9f);
      case 0xf0 -> isWithin(text, at, 0x90, 0xbf);
      case 0xf4 -> isWithin(text, at, 0x80, 0x8f);
      default -> isWithin(text, at, 0x80, 0xbf);
    };
  }

  private static boolean isWithin(byte[] text, int at, int least, int most) {
    return at < text.length && (text[at] & 0xff) >= least && (text[at] & 0xff) <= most;
  }

  /** What a string that was looked at says. */
  static String decoded(byte[] text, int from, int to) {
    var raw = new String(text, from, to - from, StandardCharsets.UTF_8);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    var decoded = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        decoded.append(c);
      } else if (raw.charAt(++i) == 'u') {
        decoded.append((char) Integer.parseInt(raw, i + 1, i + 1 + HEX_DIGITS, 16));
        i += HEX_DIGITS;
      } else {
        decoded.append(MEANT.charAt(ESCAPED.indexOf(raw.charAt(i))));
      }
    }
    return decoded.toString();
  }
}
