package dev.sluice.client.http;

import dev.sluice.client.SluiceException.Problem;
import dev.sluice.contract.Texts;
import dev.sluice.contract.json.JsonException;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.contract.json.JsonValue;
import java.nio.charset.StandardCharsets;

/** Reads problems (RFC 9457), and makes one of whatever else an error comes with. */
final class Problems {
  private static final int MOST_CHARS = 500;

  private Problems() {}

  static Problem of(ApiAnswer answer) {
    try {
      var fields = JsonFields.of(JsonValue.answer(answer.body()));
      return new Problem(
          answer.status(),
          fields.text("type", "about:blank"),
          fields.text("title", ""),
          fields.text("detail", "status " + answer.status()),
          fields.optionalText("run_id"),
          fields.optionalText("at"),
          answer.retryAfter());
    } catch (JsonException e) { // a proxy's page, for example
      var body = new String(answer.body(), StandardCharsets.UTF_8).strip();
      var detail = "status " + answer.status() + (body.isEmpty() ? "" : ": " + body);
      return new Problem(
          answer.status(),
          "about:blank",
          "",
          Texts.atMost(MOST_CHARS, detail),
          null,
          null,
          answer.retryAfter());
    }
  }
}
