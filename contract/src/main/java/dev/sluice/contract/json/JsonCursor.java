package dev.sluice.contract.json;

import java.nio.charset.StandardCharsets;

/** Iterates over the members of an object in a checked document. */
final class JsonCursor {
  /** A backslash, a {@code u} and four digits. */
  private static final int ESCAPED_UNIT = 6;

  private final byte[] data;
  private final int end;
  private int at;

  JsonCursor(byte[] data, int at, int end) {
    this.data = data;
    this.at = at;
    this.end = end;
  }

  static int skipSpace(byte[] data, int from) {
    int at = from;
    while (at < data.length && JsonScan.isSpace(data[at])) {
      at++;
    }
    return at;
  }

  boolean isAtName() {
    at = skipSpace(data, at);
    if (at < end && data[at] == ',') {
      at = skipSpace(data, at + 1);
    }
    return at < end && data[at] == '"';
  }

  String name(int mostBytes) {
    int from = at;
    at = afterString(data, at);
    if (at - from > mostBytes) {
      throw new JsonException("unknown field, of " + (at - from) + " bytes");
    }
    return text(data, from);
  }

  JsonValue value() {
    int from = skipSpace(data, skipSpace(data, at) + 1);
    at = afterValue(data, from);
    return new JsonValue(data, from, at);
  }

  boolean isAtElement() {
    at = skipSpace(data, at);
    if (at < end && data[at] == ',') {
      at = skipSpace(data, at + 1);
    }
    return at < end && data[at] != ']';
  }

  JsonValue element() {
    int from = at;
    at = afterValue(data, from);
    return new JsonValue(data, from, at);
  }

  private static int afterValue(byte[] data, int from) {
    return switch (data[from]) {
      case '"' -> afterString(data, from);
      case '{', '[' -> afterContainer(data, from);
      default -> afterWord(data, from);
    };
  }

  private static int afterString(byte[] data, int from) {
    int at = from + 1;
    while (data[at] != '"') {
      at += data[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private static int afterContainer(byte[] data, int from) {
    int depth = 0;
    int at = from;
    do {
      switch (data[at]) {
        case '"' -> at = afterString(data, at) - 1;
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        default -> {}
      }
      at++;
    } while (depth > 0);
    return at;
  }

  private static int afterWord(byte[] data, int from) {
    int at = from;
    while (isWord(data[at])) {
      at++;
    }
    return at;
  }

  private static boolean isWord(byte b) {
    return b != ',' && b != '}' && b != ']' && !JsonScan.isSpace(b);
  }

  /** The characters of the string that begins at {@code from}. */
  static String text(byte[] data, int from) {
    int to = afterString(data, from) - 1;
    for (int i = from + 1; i < to; i++) {
      if (data[i] == '\\') {
        return unescaped(data, from + 1, to);
      }
    }
    return new String(data, from + 1, to - from - 1, StandardCharsets.UTF_8);
  }

  /**
   * Written as UTF-8 first: a text of escapes would else be put together of thousands of pieces.
   */
  private static String unescaped(byte[] data, int from, int to) {
    byte[] utf8 = new byte[to - from];
    int length = 0;
    for (int at = from; at < to; at++) {
      if (data[at] != '\\') {
        utf8[length++] = data[at];
      } else if (data[at + 1] == 'u') {
        int point = point(data, at, to);
        length = Utf8.write(point, utf8, length);
        at += Character.isBmpCodePoint(point) ? ESCAPED_UNIT - 1 : 2 * ESCAPED_UNIT - 1;
      } else {
        utf8[length++] = escaped(data[++at]);
      }
    }
    return new String(utf8, 0, length, StandardCharsets.UTF_8);
  }

  private static int point(byte[] data, int at, int to) {
    char unit = unit(data, at);
    if (!Character.isSurrogate(unit)) {
      return unit;
    }
    boolean isFollowed =
        at + 2 * ESCAPED_UNIT <= to
            && data[at + ESCAPED_UNIT] == '\\'
            && data[at + ESCAPED_UNIT + 1] == 'u';
    char second = isFollowed ? unit(data, at + ESCAPED_UNIT) : 0;
    if (!Character.isSurrogatePair(unit, second)) {
      throw new JsonException("half of a surrogate pair");
    }
    return Character.toCodePoint(unit, second);
  }

  private static char unit(byte[] data, int at) {
    int unit = 0;
    for (int i = at + 2; i < at + ESCAPED_UNIT; i++) {
      unit = (unit << 4) | Character.digit(data[i], 16);
    }
    return (char) unit;
  }

  private static byte escaped(byte escape) {
    return switch (escape) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escape;
    };
  }
}
