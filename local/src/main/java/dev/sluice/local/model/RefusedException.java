package dev.sluice.local.model;

import dev.langchain4j.exception.HttpException;
import java.util.List;
import java.util.Map;

/** An answer of the endpoint that is none: the status, the body, and the headers beside it. */
final class RefusedException extends HttpException {
  private static final long serialVersionUID = 1L;
  private final String body;
  private final transient Map<String, List<String>> headers;

  RefusedException(int status, String body, Map<String, List<String>> headers) {
    super(status, body);
    this.body = body;
    this.headers = headers;
  }

  String body() {
    return body;
  }

  Map<String, List<String>> headers() {
    return headers;
  }
}
