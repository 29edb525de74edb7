package dev.sluice.langchain4j.http;

import dev.langchain4j.exception.HttpException;
import java.util.List;
import java.util.Map;

/** The endpoint refused a call; has the status, the body and the headers. */
public final class RefusedException extends HttpException {
  private static final long serialVersionUID = 1L;
  private final String body;
  private final transient Map<String, List<String>> headers;

  RefusedException(int status, String body, Map<String, List<String>> headers) {
    super(status, body);
    this.body = body;
    this.headers = headers;
  }

  /** At most 64 KiB of it. */
  public String body() {
    return body;
  }

  public Map<String, List<String>> headers() {
    return headers;
  }
}
