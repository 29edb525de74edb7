package dev.sluice.client.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes the fields of one JSON object, without those that are null. */
final class JsonWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private char separator = '{';

  /** A field whose value is JSON already; taken as it is. */
  JsonWriter raw(String field, byte @Nullable [] json) {
    if (json != null) {
      put(separator + quoted(field) + ":");
      out.writeBytes(json);
      separator = ',';
    }
    return this;
  }

  JsonWriter text(String field, @Nullable Object value) {
    return raw(field, value == null ? null : utf8(quoted(value.toString())));
  }

  /** A number, or true or false. */
  JsonWriter plain(String field, @Nullable Object value) {
    return raw(field, value == null ? null : utf8(value.toString()));
  }

  JsonWriter texts(String field, Map<String, String> values) {
    return object(field, values, JsonWriter::text);
  }

  JsonWriter numbers(String field, Map<String, Long> values) {
    return object(field, values, JsonWriter::plain);
  }

  private <T> JsonWriter object(String field, Map<String, T> values, Member<T> member) {
    if (values.isEmpty()) {
      return this;
    }
    var object = new JsonWriter();
    BiConsumer<String, T> each = (name, value) -> member.write(object, name, value);
    new TreeMap<>(values).forEach(each);
    return raw(field, object.bytes());
  }

  private interface Member<T> {
    JsonWriter write(JsonWriter to, String field, T value);
  }

  byte[] bytes() {
    put(separator == '{' ? "{}" : "}");
    return out.toByteArray();
  }

  private void put(String text) {
    out.writeBytes(utf8(text));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
