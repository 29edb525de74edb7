package dev.sluice.contract.json;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object by type and remembers which ones were read. A field that is
 * {@code null} counts as missing. Each method throws a {@link JsonException} that names the field
 * if its value is of another type or beyond the bounds of one.
 */
public final class JsonFields {
  private static final int MAX_SHOWN = 5;

  private final Map<String, JsonValue> members;
  private final String path;
  private final Set<String> asked = new HashSet<>();

  private JsonFields(Map<String, JsonValue> members, String path) {
    this.members = members;
    this.path = path;
  }

  public static JsonFields of(JsonValue object) {
    return new JsonFields(object.members(), "");
  }

  /** The value as it is; null if the field is missing. */
  public @Nullable JsonValue any(String field) {
    asked.add(field);
    return members.get(field);
  }

  public String text(String field) {
    var value = optionalText(field);
    if (value == null) {
      throw new JsonException(path + field + " is missing");
    }
    return value;
  }

  public String text(String field, String fallback) {
    var value = optionalText(field);
    return value == null ? fallback : value;
  }

  public @Nullable String optionalText(String field) {
    var value = value(field, JsonValue.Kind.STRING);
    try {
      return value == null ? null : value.text();
    } catch (JsonException e) {
      throw new JsonException(path + field + " holds " + e.getMessage());
    }
  }

  public int integer(String field) {
    var value = optionalInteger(field);
    if (value == null) {
      throw new JsonException(path + field + " is missing");
    }
    return value;
  }

  public int integer(String field, int fallback) {
    var value = optionalInteger(field);
    return value == null ? fallback : value;
  }

  public @Nullable Integer optionalInteger(String field) {
    var value = whole(field, "an integer of 32 bits", Integer.MIN_VALUE, Integer.MAX_VALUE);
    return value == null ? null : value.intValue();
  }

  public long durationMs(String field, long fallback) {
    var value = durationMs(field);
    return value == null ? fallback : value;
  }

  private long longValue(String field) {
    var value = optionalLong(field);
    if (value == null) {
      throw wrong(field, "an integer of 64 bits", "null");
    }
    return value;
  }

  public @Nullable Long optionalLong(String field) {
    return whole(field, "an integer of 64 bits", Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** Milliseconds under {@code field_ms}, or a time as HTTP has it under {@code field}. */
  public @Nullable Long timeMs(String field) {
    return orMs(field, "an RFC 3339 time", text -> Instant.parse(text).toEpochMilli());
  }

  /** Milliseconds under {@code field_ms}, or a duration as HTTP has it under {@code field}. */
  public @Nullable Long durationMs(String field) {
    return orMs(field, "an ISO-8601 duration", text -> Duration.parse(text).toMillis());
  }

  private @Nullable Long orMs(String field, String expected, ToLongFunction<String> parser) {
    var ms = optionalLong(field + "_ms");
    var text = optionalText(field);
    if (text == null) {
      return ms;
    }
    if (ms != null) {
      throw new JsonException("give %s%s or %s%s_ms, not both".formatted(path, field, path, field));
    }
    try {
      return parser.applyAsLong(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw wrong(field, expected, Texts.quoted(text));
    }
  }

  private @Nullable Long whole(String field, String expected, long least, long most) {
    var value = any(field);
    if (value == null || JsonValue.isNull(value)) {
      return null;
    }
    if (value.kind() != JsonValue.Kind.NUMBER) {
      throw wrong(field, expected, shown(value));
    }
    var written = value.written();
    try {
      long number = Long.parseLong(written);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notWhole) {
      // Said below.
    }
    throw wrong(field, expected, Texts.quoted(written));
  }

  private static String shown(JsonValue value) {
    return switch (value.kind()) {
      case NUMBER, BOOLEAN, NULL -> Texts.quoted(value.written());
      case OBJECT, ARRAY, STRING -> value.kind().toString();
    };
  }

  private JsonException wrong(String field, String expected, String got) {
    return new JsonException(path + field + " must be " + expected + ", got " + got);
  }

  public @Nullable Double optionalDouble(String field) {
    var value = value(field, JsonValue.Kind.NUMBER);
    if (value == null) {
      return null;
    }
    double number = Double.parseDouble(value.written());
    if (Double.isInfinite(number)) {
      throw wrong(field, "a number of 64 bits", Texts.quoted(value.written()));
    }
    return number;
  }

  public boolean bool(String field, boolean fallback) {
    var value = value(field, JsonValue.Kind.BOOLEAN);
    return value == null ? fallback : value.written().equals("true");
  }

  public @Nullable JsonFields object(String field) {
    var value = value(field, JsonValue.Kind.OBJECT);
    if (value == null) {
      return null;
    }
    if (value.bytes().remaining() > Bounds.JSON_FIELD_BYTES) {
      throw wrong(
          field,
          "an object of at most " + Bounds.JSON_FIELD_BYTES + " bytes",
          value.bytes().remaining() + " bytes");
    }
    return new JsonFields(value.members(), path + field + ".");
  }

  public Map<String, String> texts(String field) {
    var fields = object(field);
    var read = new HashMap<String, String>();
    if (fields != null) {
      fields.members.keySet().forEach(name -> read.put(name, fields.text(name)));
    }
    return read;
  }

  public Map<String, Long> amounts(String field) {
    var fields = object(field);
    var read = new HashMap<String, Long>();
    if (fields != null) {
      fields.members.keySet().forEach(name -> read.put(name, fields.longValue(name)));
    }
    return read;
  }

  private @Nullable JsonValue value(String field, JsonValue.Kind kind) {
    var value = any(field);
    if (value == null || JsonValue.isNull(value)) {
      return null;
    }
    if (value.kind() != kind) {
      throw wrong(field, kind.toString(), shown(value));
    }
    return value;
  }

  /** Fails if the object has fields that were not read. */
  public void failOnOthers() {
    var others = new TreeSet<String>();
    members.keySet().stream()
        .filter(name -> !asked.contains(name))
        .limit(MAX_SHOWN)
        .forEach(name -> others.add(path + Texts.quoted(name)));
    if (!others.isEmpty()) {
      throw new JsonException("unknown field " + String.join(", ", others));
    }
  }
}
