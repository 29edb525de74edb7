package dev.sluice.gateway;

import dev.sluice.contract.json.JsonException;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.contract.json.JsonValue;
import dev.sluice.http.message.Problem;
import java.util.function.Function;

/** Reads the JSON bodies of requests. */
final class JsonBody {
  private static final byte[] NO_FIELDS = {'{', '}'};

  private JsonBody() {}

  /**
   * Reads the fields of a body; an empty body has none.
   *
   * @throws Problem 400 that names the field, if one is wrong or has not been read
   */
  static <T> T read(byte[] bytes, Function<JsonFields, T> reader) {
    try {
      var fields = JsonFields.of(JsonValue.object(bytes.length == 0 ? NO_FIELDS : bytes));
      var read = reader.apply(fields);
      fields.failOnOthers();
      return read;
    } catch (JsonException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads a body that says nothing.
   *
   * @throws Problem 400 if it has a field
   */
  static void requireNoFields(byte[] bytes) {
    read(bytes, fields -> NO_FIELDS);
  }
}
