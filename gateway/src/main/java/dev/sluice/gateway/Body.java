package dev.sluice.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A request's JSON body, read by field; what is wrong with it is a 400 that names the field. */
final class Body {
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private final ObjectNode object;
  private final String path;
  private final Set<String> asked = new HashSet<>();

  private Body(ObjectNode object, String path) {
    this.object = object;
    this.path = path;
  }

  static Body parse(byte[] bytes) {
    try {
      if (bytes.length == 0) {
        return new Body(JSON.createObjectNode(), "");
      }
      if (JSON.readTree(bytes) instanceof ObjectNode object) {
        return new Body(object, "");
      }
    } catch (JsonProcessingException e) {
      throw Problem.badRequest("the body is not JSON: " + e.getOriginalMessage());
    } catch (java.io.IOException e) {
      throw Problem.badRequest("the body is not JSON: " + e.getMessage());
    }
    throw Problem.badRequest("the body must be a JSON object");
  }

  @Nullable JsonNode any(String field) {
    asked.add(field);
    return object.get(field);
  }

  private @Nullable JsonNode value(String field, Predicate<JsonNode> fits, String expected) {
    var value = any(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!fits.test(value)) {
      throw Problem.badRequest(path + field + " must be " + expected + ", got " + value);
    }
    return value;
  }

  /** A field that is an object itself; null if it is not there. */
  @Nullable Body object(String field) {
    var value = value(field, JsonNode::isObject, "an object");
    return value == null ? null : new Body((ObjectNode) value, path + field + ".");
  }

  @Nullable String text(String field) {
    var value = value(field, JsonNode::isTextual, "a string");
    return value == null ? null : value.textValue();
  }

  @Nullable Integer integer(String field) {
    var value =
        value(
            field,
            node -> node.isIntegralNumber() && node.canConvertToInt(),
            "an integer of 32 bits");
    return value == null ? null : value.intValue();
  }

  @Nullable Double number(String field) {
    var value = value(field, JsonNode::isNumber, "a number");
    return value == null ? null : value.doubleValue();
  }

  boolean bool(String field) {
    var value = value(field, JsonNode::isBoolean, "true or false");
    return value != null && value.booleanValue();
  }

  @Nullable Long durationMs(String field) {
    var text = text(field);
    try {
      return text == null ? null : Duration.parse(text).toMillis();
    } catch (DateTimeException | ArithmeticException e) {
      throw Problem.badRequest(path + field + " must be an ISO-8601 duration, got " + text);
    }
  }

  @Nullable Long timeMs(String field) {
    var text = text(field);
    try {
      return text == null ? null : Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw Problem.badRequest(path + field + " must be an RFC 3339 time, got " + text);
    }
  }

  Map<String, String> texts(String field) {
    var found = new HashMap<String, String>();
    var value = value(field, JsonNode::isObject, "an object");
    if (value != null) {
      value
          .properties()
          .forEach(
              entry -> {
                if (!entry.getValue().isTextual()) {
                  throw Problem.badRequest(
                      path + field + "." + entry.getKey() + " must be a string");
                }
                found.put(entry.getKey(), entry.getValue().textValue());
              });
    }
    return found;
  }

  Map<String, Long> amounts(String field) {
    var found = new HashMap<String, Long>();
    var value = value(field, JsonNode::isObject, "an object");
    if (value != null) {
      value
          .properties()
          .forEach(
              entry -> {
                if (!isAmount(entry.getValue())) {
                  throw Problem.badRequest(
                      field + "." + entry.getKey() + " must be an integer of 64 bits, 0 or more");
                }
                found.put(entry.getKey(), entry.getValue().longValue());
              });
    }
    return found;
  }

  private static boolean isAmount(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
  }

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
      throw Problem.badRequest("unknown field " + String.join(", ", others));
    }
  }
}
