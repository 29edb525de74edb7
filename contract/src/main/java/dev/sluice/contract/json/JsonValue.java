package dev.sluice.contract.json;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value within a checked document: the start and end of its bytes. */
public final class JsonValue {
  /** The kinds of values, as messages name them. */
  public enum Kind {
    OBJECT("an object"),
    ARRAY("an array"),
    STRING("a string"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    NULL("null");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** The most memory that the members of an object take beyond their bytes. */
  private static final int MEMBER_BYTES = 250;

  private static final int MEMORY_PER_BYTE = 6;
  private static final int MEMORY_OF_ANY = 24 * 1024;
  private static final int MAX_TEXT_NAME_BYTES = 6 * 1024;

  private final byte[] data;
  private final int from;
  private final int to;

  JsonValue(byte[] data, int from, int to) {
    this.data = data;
    this.from = from;
    this.to = to;
  }

  /**
   * The object that {@code data} holds, when the whole of it is sound and within the bounds.
   *
   * @throws JsonException if it is not
   */
  public static JsonValue object(byte[] data) {
    new JsonScan(data).object();
    return new JsonValue(data, JsonCursor.skipSpace(data, 0), data.length);
  }

  /**
   * The object that a gateway answered with. Whoever read it has bounded its text; a run's output
   * within it may be deeper and longer than a request may be, and have a name twice.
   *
   * @throws JsonException if it is no sound object
   */
  public static JsonValue answer(byte[] data) {
    new JsonScan(data).answer();
    return new JsonValue(data, JsonCursor.skipSpace(data, 0), data.length);
  }

  /**
   * Checks that the whole of {@code data} is one value, sound and within the bounds.
   *
   * @throws JsonException if it is not
   */
  public static void check(byte[] data) {
    new JsonScan(data).value();
  }

  /**
   * Members of the object that {@code data} begins with, as far as its first bytes tell: those that
   * are texts, and sound. What follows may be anything.
   */
  public static Map<String, JsonValue> textsAtStart(byte[] data, int bytes, Set<String> wanted) {
    var scan = new JsonScan(data, Math.min(bytes, data.length), wanted);
    try {
      scan.object();
    } catch (JsonException e) {
      // So much was to be expected of a part.
    }
    return scan.texts();
  }

  /** The kind of the value. */
  public Kind kind() {
    return switch (data[from]) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 't', 'f' -> Kind.BOOLEAN;
      case 'n' -> Kind.NULL;
      default -> Kind.NUMBER;
    };
  }

  /** The bytes as received, not copied. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(data, from, to - from).slice();
  }

  /**
   * A string's characters.
   *
   * @throws JsonException if it holds half of a surrogate pair, which no UTF-8 can say
   */
  public String text() {
    return JsonCursor.text(data, from);
  }

  /** A number or a word, as written. */
  public String written() {
    return new String(data, from, to - from, java.nio.charset.StandardCharsets.US_ASCII);
  }

  /**
   * An object's members, in order.
   *
   * @throws JsonException if they would take more memory than a record may
   */
  public Map<String, JsonValue> members() {
    var members = new LinkedHashMap<String, JsonValue>();
    long room = MEMORY_OF_ANY + (long) MEMORY_PER_BYTE * (to - from);
    var cursor = new JsonCursor(data, from + 1, to);
    while (cursor.isAtName()) {
      room -= MEMBER_BYTES;
      if (room < 0) {
        throw new JsonException("an object with too many members for its size");
      }
      var name = cursor.name(MAX_TEXT_NAME_BYTES);
      members.put(name, cursor.value());
    }
    return members;
  }

  /** An array's elements, in order. */
  public List<JsonValue> elements() {
    var elements = new ArrayList<JsonValue>();
    var cursor = new JsonCursor(data, from + 1, to);
    while (cursor.isAtElement()) {
      elements.add(cursor.element());
    }
    return elements;
  }

  /** Whether it is {@code null}, or not there. */
  public static boolean isNull(@Nullable JsonValue value) {
    return value == null || value.kind() == Kind.NULL;
  }
}
