package dev.sluice.schemas.serde;

import dev.sluice.contract.Texts;
import dev.sluice.schemas.json.JsonException;
import dev.sluice.schemas.json.JsonValue;
import dev.sluice.schemas.wire.SerdeException;
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

/** Reads the fields of a JSON object by type and remembers which ones it was asked for. */
final class JsonFields {
  private static final int MAX_SHOWN = 5;

  private final Map<String, JsonValue> members;
  private final String path;
  private final Set<String> asked = new HashSet<>();

  private JsonFields(Map<String, JsonValue> members, String path) {
    this.members = members;
    this.path = path;
  }

  static JsonFields of(JsonValue object) {
    return new JsonFields(object.members(), "");
  }

  /** The value as it is; null when it is missing. */
  @Nullable JsonValue any(String field) {
    asked.add(field);
    return members.get(field);
  }

  String text(String field) {
    var value = optionalText(field);
    if (value == null) {
      throw JsonRecords.malformed(path + field + " is missing", null);
    }
    return value;
  }

  String text(String field, String fallback) {
    var value = optionalText(field);
    return value == null ? fallback : value;
  }

  @Nullable String optionalText(String field) {
    var value = value(field, JsonValue.Kind.STRING);
    try {
      return value == null ? null : value.text();
    } catch (JsonException e) {
      throw JsonRecords.malformed(path + field + " holds " + e.getMessage(), e);
    }
  }

  int integer(String field) {
    var value = optionalInteger(field);
    if (value == null) {
      throw JsonRecords.malformed(path + field + " is missing", null);
    }
    return value;
  }

  int integer(String field, int fallback) {
    var value = optionalInteger(field);
    return value == null ? fallback : value;
  }

  @Nullable Integer optionalInteger(String field) {
    var value = whole(field, "an integer of 32 bits", Integer.MIN_VALUE, Integer.MAX_VALUE);
    return value == null ? null : value.intValue();
  }

  long durationMs(String field, long fallback) {
    var value = durationMs(field);
    return value == null ? fallback : value;
  }

  long longValue(String field, long fallback) {
    var value = optionalLong(field);
    return value == null ? fallback : value;
  }

  @Nullable Long optionalLong(String field) {
    return whole(field, "an integer of 64 bits", Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** Milliseconds under {@code field_ms}, or a time as HTTP has it under {@code field}. */
  @Nullable Long timeMs(String field) {
    return orMs(field, "an RFC 3339 time", text -> Instant.parse(text).toEpochMilli());
  }

  /** Milliseconds under {@code field_ms}, or a duration as HTTP has it under {@code field}. */
  @Nullable Long durationMs(String field) {
    return orMs(field, "an ISO-8601 duration", text -> Duration.parse(text).toMillis());
  }

  private @Nullable Long orMs(String field, String expected, ToLongFunction<String> parser) {
    var ms = optionalLong(field + "_ms");
    var text = optionalText(field);
    if (text == null) {
      return ms;
    }
    if (ms != null) {
      throw JsonRecords.malformed(
          "give %s%s or %s%s_ms, not both".formatted(path, field, path, field), null);
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
      throw wrong(field, expected, value.kind().toString());
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

  private SerdeException wrong(String field, String expected, String got) {
    return JsonRecords.malformed(path + field + " must be " + expected + ", got " + got, null);
  }

  @Nullable Double optionalDouble(String field) {
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

  boolean bool(String field, boolean fallback) {
    var value = value(field, JsonValue.Kind.BOOLEAN);
    return value == null ? fallback : value.written().equals("true");
  }

  @Nullable JsonFields object(String field) {
    var value = value(field, JsonValue.Kind.OBJECT);
    return value == null ? null : new JsonFields(value.members(), path + field + ".");
  }

  Map<String, String> texts(String field) {
    var fields = object(field);
    var read = new HashMap<String, String>();
    if (fields != null) {
      fields.members.keySet().forEach(name -> read.put(name, fields.text(name)));
    }
    return read;
  }

  Map<String, Long> amounts(String field) {
    var fields = object(field);
    var read = new HashMap<String, Long>();
    if (fields != null) {
      fields.members.keySet().forEach(name -> read.put(name, fields.longValue(name, 0)));
    }
    return read;
  }

  private @Nullable JsonValue value(String field, JsonValue.Kind kind) {
    var value = any(field);
    if (value == null || JsonValue.isNull(value)) {
      return null;
    }
    if (value.kind() != kind) {
      throw wrong(field, kind.toString(), value.kind().toString());
    }
    return value;
  }

  /** Fails when the object has fields that nobody asked for. */
  void failOnOthers() {
    var others = new TreeSet<String>();
    members.keySet().stream()
        .filter(name -> !asked.contains(name))
        .limit(MAX_SHOWN)
        .forEach(name -> others.add(path + Texts.quoted(name)));
    if (!others.isEmpty()) {
      throw JsonRecords.malformed("unknown field " + String.join(", ", others), null);
    }
  }
}
