package dev.sluice.gateway;

import org.jspecify.annotations.Nullable;

/** An answer that is not what was asked for (RFC 9457). */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String title;
  private final int retryAfterSeconds;
  private final @Nullable String runId;

  private Problem(int status, String title, String detail, int retryAfterSeconds) {
    this(status, title, detail, retryAfterSeconds, null);
  }

  private Problem(
      int status, String title, String detail, int retryAfterSeconds, @Nullable String runId) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
    this.retryAfterSeconds = retryAfterSeconds;
    this.runId = runId;
  }

  static Problem badRequest(String detail) {
    return new Problem(400, "Bad Request", detail, 0);
  }

  static Problem notFound(String detail) {
    return new Problem(404, "Not Found", detail, 0);
  }

  static Problem tooLarge(String detail) {
    return new Problem(413, "Content Too Large", detail, 0);
  }

  static Problem queueFull(String detail) {
    return new Problem(429, "Too Many Requests", detail, 1);
  }

  static Problem internal() {
    return new Problem(500, "Internal Server Error", "the gateway failed; see its log", 0);
  }

  static Problem unavailable(String detail) {
    return new Problem(503, "Service Unavailable", detail, 1);
  }

  /** The same, naming the run that it is about. */
  Problem about(String run) {
    return new Problem(status, title, String.valueOf(getMessage()), retryAfterSeconds, run);
  }

  /** The run that it is about; null for none. */
  @Nullable String runId() {
    return runId;
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  /** 0 for none. */
  int retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
