package dev.sluice.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.JsonScan;
import dev.sluice.contract.MalformedJsonException;
import dev.sluice.contract.Texts;
import dev.sluice.http.message.Problem;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A request's JSON body, read by field; what is wrong with it is a 400 that names the field. */
final class Body {
  /** Of all fields together that become objects here; a payload stays what it is. */
  private static final int MOST_BYTES = 256 * 1024;

  private static final int MOST_NAMED = 5;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  private final ObjectNode object;
  private final String path;
  private final Map<String, byte[]> payloads;
  private final Set<String> asked = new HashSet<>();

  private Body(ObjectNode object, String path, Map<String, byte[]> payloads) {
    this.object = object;
    this.path = path;
    this.payloads = payloads;
  }

  /**
   * Reads a body; an empty one is an object without fields.
   *
   * @param payloads fields whose values are taken as they came, byte by byte
   */
  static Body parse(byte[] bytes, String... payloads) {
    var object = JSON.createObjectNode();
    var raw = new HashMap<String, byte[]>();
    int left = MOST_BYTES;
    for (var member : members(bytes).entrySet()) {
      byte[] value = member.getValue().of(bytes);
      if (List.of(payloads).contains(member.getKey())) {
        raw.put(member.getKey(), value);
      } else {
        left -= value.length;
        if (left < 0) {
          throw Problem.tooLarge(
              "the fields of a body must have at most " + MOST_BYTES + " bytes, an input aside");
        }
        object.set(wellFormed(member.getKey()), value(value));
      }
    }
    return new Body(object, "", raw);
  }

  private static Map<String, JsonScan.Span> members(byte[] bytes) {
    try {
      return bytes.length == 0 ? Map.of() : JsonScan.members(bytes);
    } catch (MalformedJsonException e) {
      throw Problem.badRequest("the body is not JSON: " + e.getMessage());
    }
  }

  private static JsonNode value(byte[] bytes) {
    try {
      var value = JSON.readTree(bytes);
      requireWellFormed(value);
      return value;
    } catch (JsonProcessingException e) {
      throw Problem.badRequest("the body is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw Problem.badRequest("the body is not JSON: " + e.getMessage());
    }
  }

  /** As deep as a scan allows. */
  private static void requireWellFormed(JsonNode value) {
    if (value.isTextual()) {
      wellFormed(value.textValue());
    }
    value.fieldNames().forEachRemaining(Body::wellFormed);
    value.forEach(Body::requireWellFormed);
  }

  /** Half of a surrogate pair has no bytes in UTF-8, and would come out as another character. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw Problem.badRequest("a text has half of a surrogate pair");
        }
        i++;
      }
    }
    return text;
  }

  /** The bytes of a payload's value; null if it is not there. */
  byte @Nullable [] payload(String field) {
    return payloads.get(field);
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
      throw Problem.badRequest(
          path + field + " must be " + expected + ", got " + Texts.quoted(value.toString()));
    }
    return value;
  }

  /** A field that is an object itself; null if it is not there. */
  @Nullable Body object(String field) {
    var value = value(field, JsonNode::isObject, "an object");
    return value == null ? null : new Body((ObjectNode) value, path + field + ".", Map.of());
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

  /** A duration, or its milliseconds under the name that records have for it: {@code x_ms}. */
  @Nullable Long durationMs(String field) {
    var text = text(field);
    try {
      return orMs(field, text == null ? null : Duration.parse(text).toMillis());
    } catch (DateTimeException | ArithmeticException e) {
      throw Problem.badRequest(
          path
              + field
              + " must be an ISO-8601 duration, got "
              + Texts.quoted(String.valueOf(text)));
    }
  }

  /** A time, or its milliseconds under the name that records have for it: {@code x_ms}. */
  @Nullable Long timeMs(String field) {
    var text = text(field);
    try {
      return orMs(field, text == null ? null : Instant.parse(text).toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw Problem.badRequest(
          path + field + " must be an RFC 3339 time, got " + Texts.quoted(String.valueOf(text)));
    }
  }

  private @Nullable Long orMs(String field, @Nullable Long written) {
    var other = field + "_ms";
    var ms =
        value(
            other,
            node -> node.isIntegralNumber() && node.canConvertToLong(),
            "an integer of 64 bits");
    if (ms == null) {
      return written;
    }
    if (written != null) {
      throw Problem.badRequest("give " + path + field + " or " + path + other + ", not both");
    }
    return ms.longValue();
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
                      path + field + "." + Texts.quoted(entry.getKey()) + " must be a string");
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
                      field
                          + "."
                          + Texts.quoted(entry.getKey())
                          + " must be an integer of 64 bits, 0 or more");
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
                others.add(path + Texts.quoted(name));
              }
            });
    if (!others.isEmpty()) {
      var named = others.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
      throw Problem.badRequest(
          "unknown field " + named + (others.size() > MOST_NAMED ? " and others" : ""));
    }
  }
}
