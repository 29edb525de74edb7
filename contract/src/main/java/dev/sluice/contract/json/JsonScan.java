package dev.sluice.contract.json;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Checks a JSON document in one pass: syntax, bounds, UTF-8, and that no object has two members of
 * the same name. Allocates only what it needs to compare names.
 */
final class JsonScan {
  private final byte[] data;
  private final int end;
  private final NameSet names = new NameSet();
  private boolean isAnswer;
  private int at;
  private int values;
  private int objects;

  private final Map<String, JsonValue> texts = new HashMap<>();
  private final Set<String> wanted;

  JsonScan(byte[] data) {
    this(data, data.length, Set.of());
  }

  /**
   * A scan of the first bytes alone.
   *
   * @param wanted the object's members to keep, where they are texts
   */
  JsonScan(byte[] data, int end, Set<String> wanted) {
    this.data = data;
    this.end = end;
    this.wanted = wanted;
  }

  /** Those of the wanted members that have been passed. */
  Map<String, JsonValue> texts() {
    return texts;
  }

  /**
   * Checks that the whole of it is one sound object, as a gateway answers. Within it lies what an
   * agent returned: it may be of any depth, have any number of values, a name twice, and long names
   * and numbers. Whoever read it has bounded its bytes.
   */
  void answer() {
    isAnswer = true;
    object();
  }

  /** Checks that the whole of it is one object. */
  void object() {
    skipSpace();
    if (at == end || data[at] != '{') {
      throw new JsonException("expected a JSON object");
    }
    value();
  }

  /** Checks that the whole document is one value. */
  void value() {
    skipSpace();
    if (isAnswer) {
      anyDepth();
    } else {
      value(1);
    }
    skipSpace();
    if (at < end) {
      throw invalid("there is text after the value");
    }
  }

  /** A value, without a frame for each of its levels. */
  private void anyDepth() {
    var arrays = new BitSet();
    var begun = new BitSet();
    int depth = 0;
    do {
      byte b = peek();
      if (b == '{' || b == '[') {
        at++;
        depth++;
        arrays.set(depth, b == '[');
        begun.clear(depth);
      } else {
        scalar(b);
      }
      while (depth > 0 && isEnd(arrays.get(depth) ? ']' : '}', begun.get(depth) ? 1 : 0)) {
        depth--;
      }
      begun.set(depth);
      if (depth > 0 && !arrays.get(depth)) {
        name();
        skipSpace();
        expect(':');
        skipSpace();
      }
    } while (depth > 0);
  }

  private JsonException invalid(String problem) {
    return new JsonException("invalid JSON at byte " + at + ": " + problem);
  }

  private void skipSpace() {
    while (at < end && isSpace(data[at])) {
      at++;
    }
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private byte peek() {
    if (at >= end) {
      throw invalid("it ends too early");
    }
    return data[at];
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw invalid("expected " + wanted);
    }
    at++;
  }

  // --- values

  private void value(int depth) {
    if (++values > Bounds.JSON_VALUES) {
      throw invalid("more than " + Bounds.JSON_VALUES + " values");
    }
    byte b = peek();
    switch (b) {
      case '{' -> object(deeper(depth));
      case '[' -> array(deeper(depth));
      default -> scalar(b);
    }
  }

  private void scalar(byte first) {
    switch (first) {
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private int deeper(int depth) {
    if (depth > Bounds.JSON_DEPTH) {
      throw invalid("more than " + Bounds.JSON_DEPTH + " levels");
    }
    at++;
    return depth + 1;
  }

  private void object(int depth) {
    int serial = ++objects;
    long first = 0;
    for (int members = 0; !isEnd('}', members); members++) {
      int nameFrom = at;
      long name = name();
      if (members == 0) {
        first = name;
      } else if ((members == 1 && !names.add(first, serial)) || !names.add(name, serial)) {
        throw invalid("the object already has a member " + quoted(nameFrom));
      }
      skipSpace();
      expect(':');
      skipSpace();
      int from = at;
      value(depth);
      if (depth == 2 && data[from] == '"') {
        keep(nameFrom, from);
      }
    }
  }

  /** A name as it is written, for a message that {@link #at} stands behind. */
  private String quoted(int nameFrom) {
    return Texts.quoted(new String(data, nameFrom, at - nameFrom, StandardCharsets.UTF_8));
  }

  private void keep(int nameFrom, int from) {
    if (!wanted.isEmpty() && at - from <= Bounds.JSON_NAME_BYTES) {
      var name = JsonCursor.text(data, nameFrom);
      if (wanted.contains(name)) {
        texts.put(name, new JsonValue(data, from, at));
      }
    }
  }

  private void array(int depth) {
    for (int elements = 0; !isEnd(']', elements); elements++) {
      value(depth);
    }
  }

  /** Goes on to the next member or element, or past the container's end. */
  private boolean isEnd(char close, int before) {
    skipSpace();
    if (peek() == close) {
      at++;
      return true;
    }
    if (before > 0) {
      expect(',');
      skipSpace();
    }
    return false;
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  // --- numbers

  private void number() {
    int from = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < end && data[at] == '.') {
      at++;
      digits();
    }
    if (at < end && (data[at] == 'e' || data[at] == 'E')) {
      exponent();
    }
    if (at - from > Bounds.JSON_NUMBER_CHARS && !isAnswer) {
      throw invalid("a number of more than " + Bounds.JSON_NUMBER_CHARS + " characters");
    }
  }

  private void exponent() {
    at++;
    if (peek() == '+' || peek() == '-') {
      at++;
    }
    digits();
  }

  private void digits() {
    if (peek() < '0' || peek() > '9') {
      throw invalid("expected a value");
    }
    while (at < end && data[at] >= '0' && data[at] <= '9') {
      at++;
    }
  }

  // --- strings

  private long name() {
    if (peek() != '"') {
      throw invalid("expected a name");
    }
    int from = at;
    long hash = string();
    if (at - from > Bounds.JSON_NAME_BYTES && !isAnswer) {
      throw invalid("a name of more than " + Bounds.JSON_NAME_BYTES + " bytes");
    }
    return hash;
  }

  /** Passes over a string; gives a hash of its characters, however they are written. */
  private long string() {
    at++;
    long hash = NameSet.START;
    while (peek() != '"') {
      hash = NameSet.with(hash, character());
    }
    at++;
    return hash;
  }

  private int character() {
    byte b = data[at];
    if (b == '\\') {
      at++;
      return escape();
    }
    if (b >= 0 && b < ' ') {
      throw invalid("a control character in a string");
    }
    if (b >= 0) {
      at++;
      return b;
    }
    int bytes = Utf8.length(data, at, end);
    if (bytes == 0) {
      throw invalid("bytes that are not UTF-8");
    }
    int point = Utf8.point(data, at, bytes);
    at += bytes;
    return point;
  }

  /** A pair of escaped surrogates counts as two; so does the character in {@link NameSet}. */
  private int escape() {
    byte b = peek();
    at++;
    return switch (b) {
      case '"', '\\', '/' -> b;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hex();
      default -> throw invalid("an unknown escape");
    };
  }

  private int hex() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw invalid("expected four hexadecimal digits");
      }
      value = (value << 4) | digit;
      at++;
    }
    return value;
  }
}
