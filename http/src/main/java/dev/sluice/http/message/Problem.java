package dev.sluice.http.message;

import dev.sluice.contract.Secrets;
import dev.sluice.contract.Texts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** An error answer with problem details (RFC 9457). */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String TYPE = "application/problem+json";
  private static final int MOST_CHARS = 4_000;

  private final int status;
  private final transient Map<String, String> headers;
  private final transient Map<String, String> members;

  private Problem(
      int status, String detail, Map<String, String> headers, Map<String, String> members) {
    super(detail, null, false, false);
    this.status = status;
    this.headers = headers;
    this.members = members;
  }

  private static Problem of(int status, String detail) {
    return new Problem(status, detail, Map.of(), Map.of());
  }

  public static Problem badRequest(String detail) {
    return of(400, detail);
  }

  /** The caller has not shown who it is, or not so that it can be believed. */
  public static Problem unauthorized(String detail, String challenge) {
    return of(401, detail).with("WWW-Authenticate", challenge);
  }

  /** The caller is not allowed: a page of another site, a foreign host name, or a missing role. */
  public static Problem forbidden(String detail) {
    return of(403, detail);
  }

  /** The caller is known and lacks a right. */
  public static Problem forbidden(String detail, String challenge) {
    return forbidden(detail).with("WWW-Authenticate", challenge);
  }

  public static Problem notFound(String detail) {
    return of(404, detail);
  }

  /**
   * The path exists with other methods.
   *
   * @param allowed separated by commas
   */
  public static Problem methodNotAllowed(String detail, String allowed) {
    return of(405, detail).with("Allow", allowed);
  }

  public static Problem late(String detail) {
    return of(408, detail);
  }

  /** What is there does not allow it. */
  public static Problem conflict(String detail) {
    return of(409, detail);
  }

  /** Something else is there than what the caller wants to replace. */
  public static Problem preconditionFailed(String detail) {
    return of(412, detail);
  }

  public static Problem tooLarge(String detail) {
    return of(413, detail);
  }

  public static Problem targetTooLong(String detail) {
    return of(414, detail);
  }

  public static Problem unsupportedType(String detail) {
    return of(415, detail);
  }

  public static Problem expectationFailed(String detail) {
    return of(417, detail);
  }

  /** Understood, and not to be done: something else was asked for under the same name. */
  public static Problem unprocessable(String detail) {
    return of(422, detail);
  }

  /** Refused for now; the caller may retry after a second. */
  public static Problem tooMany(String detail) {
    return of(429, detail).with("Retry-After", "1");
  }

  /** Refused for now; the caller may retry after {@code pause}, in whole seconds, 1 at least. */
  public static Problem tooMany(String detail, Duration pause) {
    long seconds = Math.max(1, pause.plusMillis(999).toSeconds());
    return of(429, detail).with("Retry-After", Long.toString(seconds));
  }

  public static Problem headTooLarge(String detail) {
    return of(431, detail);
  }

  public static Problem internal(String detail) {
    return of(500, detail);
  }

  /** Not possible right now; the caller may retry after a second. */
  public static Problem unavailable(String detail) {
    return of(503, detail).with("Retry-After", "1");
  }

  private Problem with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Problem(status, String.valueOf(getMessage()), more, members);
  }

  /** The same with one more member in its body. */
  public Problem about(String member, String value) {
    var more = new LinkedHashMap<>(members);
    more.put(member, value);
    return new Problem(status, String.valueOf(getMessage()), headers, more);
  }

  public int status() {
    return status;
  }

  public Answer answer() {
    var json = new StringBuilder("{\"type\":\"about:blank\",\"title\":");
    JsonText.quote(json, Statuses.title(status));
    json.append(",\"status\":").append(status).append(",\"detail\":");
    JsonText.quote(json, Secrets.masked(Texts.atMost(MOST_CHARS, String.valueOf(getMessage()))));
    members.forEach(
        (member, value) -> {
          JsonText.quote(json.append(','), member);
          JsonText.quote(json.append(':'), value);
        });
    byte[] body = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    return new Answer(status, TYPE, headers, body);
  }
}
