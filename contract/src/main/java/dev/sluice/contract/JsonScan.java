package dev.sluice.contract;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads JSON (RFC 8259) byte by byte and builds nothing: what a text may cost is known before a
 * parser sees it, and a value's bytes can be taken as they came. Strict: UTF-8 without a mark, no
 * comments, nothing behind the value.
 */
public final class JsonScan {
  /** Where a value stands: from its first byte to before the byte behind its last. */
  public record Span(int from, int to) {
    /** The value's bytes. */
    public byte[] of(byte[] text) {
      return Arrays.copyOfRange(text, from, to);
    }
  }

  private static final int END = -1;

  private static final int BITS = Long.SIZE;

  private final byte[] text;
  private final int deepest;
  private final int most;
  private final long[] objects;
  private int at;
  private int depth;
  private int tokens;

  private JsonScan(byte[] text, int deepest, int most) {
    this.text = text;
    this.deepest = deepest;
    this.most = most;
    objects = new long[deepest / BITS + 1];
  }

  private static JsonScan bounded(byte[] text) {
    return new JsonScan(text, Bounds.JSON_DEPTH, Bounds.JSON_TOKENS);
  }

  /**
   * Looks at a text that is one value.
   *
   * @throws MalformedJsonException if it is none, or one that is too deep or has too many parts
   */
  public static void check(byte[] text) {
    var scan = bounded(text);
    scan.value();
    scan.end();
  }

  /**
   * Looks at a text that is an object.
   *
   * @return its members in their order, by their names
   * @throws MalformedJsonException if it is none, has two members of one name, or is too deep or
   *     has too many parts
   */
  public static Map<String, Span> members(byte[] text) {
    var scan = bounded(text);
    var members = scan.membersHere();
    scan.end();
    return members;
  }

  private Map<String, Span> membersHere() {
    var members = new LinkedHashMap<String, Span>();
    if (peek() != '{') {
      throw new MalformedJsonException("it must be a JSON object");
    }
    open('{');
    if (peek() == '}') {
      close('}');
      return members;
    }
    do {
      int name = nameStart();
      var text = JsonString.decoded(this.text, name + 1, at - 1);
      colon();
      skipBlanks();
      int from = at;
      value();
      if (members.put(text, new Span(from, at)) != null) {
        throw new MalformedJsonException("Duplicate field '" + Texts.quoted(text) + "'");
      }
    } while (isComma());
    close('}');
    return members;
  }

  // --- values, without recursion: how deep they go is the caller's to choose

  private void value() {
    int outside = depth;
    do {
      begin();
      while (depth > outside && isEnd()) {
        close(isObject() ? '}' : ']');
      }
      if (depth > outside) {
        requireComma();
        nameIfObject();
      }
    } while (depth > outside);
  }

  /** Takes a value that has no parts, or opens one down to its first that has none. */
  private void begin() {
    while (true) {
      int next = peek();
      if (next != '{' && next != '[') {
        scalar(next);
        return;
      }
      open(next);
      if (isEnd()) {
        close(next == '{' ? '}' : ']');
        return;
      }
      nameIfObject();
    }
  }

  private boolean isEnd() {
    return peek() == (isObject() ? '}' : ']');
  }

  private void requireComma() {
    if (!isComma()) {
      throw unexpected("a comma or the end of " + (isObject() ? "an object" : "an array"));
    }
  }

  private boolean isComma() {
    if (peek() != ',') {
      return false;
    }
    at++;
    return true;
  }

  private void nameIfObject() {
    if (isObject()) {
      nameStart();
      colon();
    }
  }

  /** Takes a name; where it begins. */
  private int nameStart() {
    if (peek() != '"') {
      throw unexpected("a field's name");
    }
    int start = at;
    string();
    return start;
  }

  private void colon() {
    if (peek() != ':') {
      throw unexpected("a colon");
    }
    at++;
  }

  private void open(int bracket) {
    if (depth == deepest) {
      throw new MalformedJsonException(
          "it has more than " + deepest + " arrays and objects within each other");
    }
    long bit = 1L << (depth % BITS);
    if (bracket == '{') {
      objects[depth / BITS] |= bit;
    } else {
      objects[depth / BITS] &= ~bit;
    }
    depth++;
    token();
    at++;
  }

  private void close(int bracket) {
    if (peek() != bracket) {
      throw unexpected("a comma or " + (char) bracket);
    }
    depth--;
    token();
    at++;
  }

  /** Whether the innermost that is open is an object. */
  private boolean isObject() {
    int innermost = depth - 1;
    return innermost >= 0 && (objects[innermost / BITS] & (1L << (innermost % BITS))) != 0;
  }

  private void scalar(int next) {
    switch (next) {
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (byteAt(at) != word.charAt(i)) {
        throw unexpected("a value");
      }
      at++;
    }
    token();
  }

  private void string() {
    token();
    at = JsonString.end(text, at + 1);
  }

  private void number() {
    token();
    if (byteAt(at) == '-') {
      at++;
    }
    if (byteAt(at) == '0') {
      at++;
    } else {
      digits("a value");
    }
    if (byteAt(at) == '.') {
      at++;
      digits("a digit");
    }
    if (byteAt(at) == 'e' || byteAt(at) == 'E') {
      at++;
      at += byteAt(at) == '+' || byteAt(at) == '-' ? 1 : 0;
      digits("a digit");
    }
  }

  private void digits(String expected) {
    int from = at;
    while (byteAt(at) >= '0' && byteAt(at) <= '9') {
      at++;
    }
    if (at == from) {
      throw unexpected(expected);
    }
  }

  // --- bytes

  private void token() {
    if (++tokens > most) {
      throw new MalformedJsonException("it has more than " + most + " parts");
    }
  }

  private void end() {
    if (peek() != END) {
      throw unexpected("the end");
    }
  }

  private int peek() {
    skipBlanks();
    return byteAt(at);
  }

  private void skipBlanks() {
    while (at < text.length && isBlank(text[at])) {
      at++;
    }
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private int byteAt(int place) {
    return place < text.length ? text[place] & 0xff : END;
  }

  private MalformedJsonException unexpected(String expected) {
    return new MalformedJsonException(
        "at byte " + at + " there should be " + expected + MalformedJsonException.found(text, at));
  }
}
