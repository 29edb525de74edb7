package dev.sluice.http.message;

import dev.sluice.contract.Texts;

/**
 * The request line and headers of a request.
 *
 * @param persistent whether the caller may send another one on the connection
 */
public record RequestHead(String method, Target target, Headers headers, boolean persistent) {
  /** Length of a body in chunks, which tells its own end. */
  public static final long CHUNKED = -1;

  private static final int LONGEST_NUMBER = 15;

  /**
   * Length of the body; {@link #CHUNKED} if it tells its own end.
   *
   * @throws Problem 400 if that is told in more than one way, or in one that is not ours
   */
  public long bodyLength() {
    var codings = headers.all("transfer-encoding");
    var length = headers.one("content-length");
    if (!codings.isEmpty()) {
      if (length != null || codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
        throw Problem.badRequest(
            "Transfer-Encoding must be chunked, once, and without a Content-Length");
      }
      return CHUNKED;
    }
    if (length == null) {
      return 0;
    }
    if (!length.matches("\\d{1,18}")) {
      throw Problem.badRequest("Content-Length must be a number, got " + Texts.quoted(length));
    }
    return length.length() > LONGEST_NUMBER ? Long.MAX_VALUE : Long.parseLong(length);
  }
}
