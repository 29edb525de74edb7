package dev.sluice.http.message;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to a request.
 *
 * @param contentType empty for no body
 * @param headers further ones; names and values are the server's own, in visible ASCII
 */
public record Answer(int status, String contentType, Map<String, String> headers, byte[] body)
    implements Reply {
  public static final String JSON = "application/json";
  private static final byte[] NOTHING = {};

  public Answer {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("a final status is 200 to 599, got " + status);
    }
  }

  /** An answer in JSON. */
  public static Answer json(int status, String body) {
    return new Answer(status, JSON, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  /** An answer in text of the given type. */
  public static Answer text(int status, String contentType, String body) {
    return new Answer(status, contentType, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  public static Answer empty(int status) {
    return new Answer(status, "", Map.of(), NOTHING);
  }

  /** The same with one more header. */
  public Answer with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, contentType, more, body);
  }
}
