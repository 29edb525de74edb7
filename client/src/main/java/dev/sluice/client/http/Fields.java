package dev.sluice.client.http;

import dev.sluice.client.Payload;
import dev.sluice.client.RunFailure;
import dev.sluice.client.SluiceException;
import dev.sluice.client.SluiceException.Problem;
import dev.sluice.contract.json.JsonException;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.contract.json.JsonValue;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What many answers have in common. */
final class Fields {
  private Fields() {}

  /**
   * Reads an answer.
   *
   * @throws SluiceException.Unavailable if it is not the gateway's
   */
  static <T> T read(ApiAnswer answer, Function<JsonFields, T> reader) {
    try {
      return reader.apply(JsonFields.of(JsonValue.answer(answer.body())));
    } catch (JsonException | DateTimeException | IllegalArgumentException e) {
      throw SluiceException.of(
          Problem.of(0, "the answer is not a gateway's: " + e.getMessage()), e);
    }
  }

  static @Nullable Instant time(JsonFields fields, String field) {
    var text = fields.optionalText(field);
    return text == null ? null : Instant.parse(text);
  }

  static @Nullable Duration duration(JsonFields fields, String field) {
    var text = fields.optionalText(field);
    return text == null ? null : Duration.parse(text);
  }

  static long number(JsonFields fields, String field, long fallback) {
    var number = fields.optionalLong(field);
    return number == null ? fallback : number;
  }

  static List<JsonValue> array(JsonFields fields, String field) {
    var array = fields.any(field);
    if (array == null || array.kind() != JsonValue.Kind.ARRAY) {
      return List.of();
    }
    return array.elements();
  }

  static List<String> texts(JsonFields fields, String field) {
    var texts = new ArrayList<String>();
    array(fields, field).forEach(one -> texts.add(one.text()));
    return texts;
  }

  /** What {@code field} holds as JSON, or {@code <field>_base64} as bytes of another type. */
  static @Nullable Payload payload(JsonFields fields, String field) {
    var json = fields.any(field);
    if (json != null) {
      var bytes = json.bytes();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return new Payload(copy, Payload.JSON);
    }
    var encoded = fields.any(field + "_base64");
    return encoded == null
        ? null
        : new Payload(
            Base64.getDecoder().decode(encoded.text()),
            fields.text("content_type", Payload.OCTETS));
  }

  static @Nullable RunFailure failure(JsonFields fields) {
    var error = fields.object("error");
    return error == null
        ? null
        : new RunFailure(
            error.text("type", ""),
            error.text("message", ""),
            error.optionalText("step"),
            error.optionalText("stack_trace"));
  }
}
