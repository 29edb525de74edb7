package dev.sluice.client.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request of the HTTP interface; {@link ApiRequests} has one for each.
 *
 * @param method of HTTP
 * @param path what follows the gateway's address, its query included
 * @param body null for none
 * @param contentType of the body
 * @param idempotencyKey null for none
 * @param isRepeatable whether sending it twice does what sending it once does
 * @param waits for how long the gateway may wait before it answers
 * @param condition the header that says under which condition it holds; null for none
 */
public record ApiRequest(
    String method,
    String path,
    byte @Nullable [] body,
    String contentType,
    @Nullable String idempotencyKey,
    boolean isRepeatable,
    Duration waits,
    @Nullable Condition condition) {
  /** A header such as {@code If-Match}. */
  public record Condition(String header, String value) {}

  /** So long a gateway waits for a decision, as docs/http-api/openapi.yaml says. */
  private static final Duration DECIDED_WITHIN = Duration.ofSeconds(5);

  private static final String JSON = "application/json";

  static ApiRequest get(String path) {
    return new ApiRequest("GET", path, null, JSON, null, true, Duration.ZERO, null);
  }

  static ApiRequest put(String path, byte[] body) {
    return new ApiRequest("PUT", path, body, JSON, null, true, Duration.ZERO, null);
  }

  static ApiRequest delete(String path) {
    return new ApiRequest("DELETE", path, null, JSON, null, true, Duration.ZERO, null);
  }

  /** Sent once, unless a key or the body names what it asks for. */
  static ApiRequest post(String path, byte @Nullable [] body) {
    return new ApiRequest("POST", path, body, JSON, null, false, Duration.ZERO, null);
  }

  ApiRequest as(String type) {
    return new ApiRequest(method, path, body, type, idempotencyKey, isRepeatable, waits, condition);
  }

  ApiRequest named(@Nullable String key) {
    return key == null
        ? this
        : new ApiRequest(method, path, body, contentType, key, true, waits, condition);
  }

  ApiRequest repeatable(boolean value) {
    return new ApiRequest(method, path, body, contentType, idempotencyKey, value, waits, condition);
  }

  /**
   * Under a condition; sent once, since it may not hold any more when the first has done it. The
   * gateway waits for the gate's decision before it answers.
   */
  ApiRequest under(Condition only) {
    return new ApiRequest(
        method, path, body, contentType, idempotencyKey, false, DECIDED_WITHIN, only);
  }

  /** With a query; if it lets the gateway wait, the answer may take that much longer. */
  ApiRequest asking(Map<String, String> query) {
    var text = new StringBuilder(path);
    char separator = '?';
    for (var parameter : new TreeMap<>(query).entrySet()) {
      text.append(separator)
          .append(parameter.getKey())
          .append('=')
          .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
      separator = '&';
    }
    var asked = query.get("wait");
    return new ApiRequest(
        method,
        text.toString(),
        body,
        contentType,
        idempotencyKey,
        isRepeatable,
        asked == null ? waits : Duration.parse(asked),
        condition);
  }
}
