package dev.sluice.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a JSON object by type and remembers which ones it was asked for. */
final class JsonFields {
  private final ObjectNode object;
  private final String path;
  private final Set<String> asked = new HashSet<>();

  JsonFields(ObjectNode object, String path) {
    this.object = object;
    this.path = path;
  }

  /** The value as it is; null when it is missing. */
  @Nullable JsonNode any(String field) {
    asked.add(field);
    return object.get(field);
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
    var value = value(field, JsonNode::isTextual, "a string");
    return value == null ? null : value.textValue();
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
    var value = value(field, JsonFields::isInteger, "an integer of 32 bits");
    return value == null ? null : value.intValue();
  }

  private static boolean isInteger(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt();
  }

  long longValue(String field, long fallback) {
    var value = optionalLong(field);
    return value == null ? fallback : value;
  }

  @Nullable Long optionalLong(String field) {
    var value = value(field, JsonFields::isLong, "an integer of 64 bits");
    return value == null ? null : value.longValue();
  }

  private static boolean isLong(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong();
  }

  @Nullable Double optionalDouble(String field) {
    var value = value(field, JsonNode::isNumber, "a number");
    return value == null ? null : value.doubleValue();
  }

  boolean bool(String field, boolean fallback) {
    var value = value(field, JsonNode::isBoolean, "true or false");
    return value == null ? fallback : value.booleanValue();
  }

  @Nullable JsonFields object(String field) {
    var value = value(field, JsonNode::isObject, "an object");
    return value == null ? null : new JsonFields((ObjectNode) value, path + field + ".");
  }

  Map<String, String> texts(String field) {
    var fields = object(field);
    var read = new HashMap<String, String>();
    if (fields != null) {
      fields.object.fieldNames().forEachRemaining(name -> read.put(name, fields.text(name)));
    }
    return read;
  }

  Map<String, Long> amounts(String field) {
    var fields = object(field);
    var read = new HashMap<String, Long>();
    if (fields != null) {
      fields
          .object
          .fieldNames()
          .forEachRemaining(name -> read.put(name, fields.longValue(name, 0)));
    }
    return read;
  }

  private @Nullable JsonNode value(String field, Predicate<JsonNode> fits, String expected) {
    var value = any(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!fits.test(value)) {
      throw JsonRecords.malformed(
          path + field + " must be " + expected + ", got " + value.getNodeType(), null);
    }
    return value;
  }

  /** Fails when the object has fields that nobody asked for. */
  void failOnOthers() {
    var others = new TreeSet<String>();
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!asked.contains(name)) {
                others.add(path + name);
              }
            });
    if (!others.isEmpty()) {
      throw JsonRecords.malformed("unknown field " + String.join(", ", others), null);
    }
  }
}
