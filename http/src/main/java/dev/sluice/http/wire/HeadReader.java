package dev.sluice.http.wire;

import dev.sluice.contract.Texts;
import dev.sluice.http.config.HttpLimits;
import dev.sluice.http.message.Headers;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.RequestHead;
import dev.sluice.http.message.Target;
import dev.sluice.http.message.Tokens;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a request line and its header lines (RFC 9112 §2 to §5), strictly. */
public final class HeadReader {
  private static final int LONGEST_METHOD = 16;
  private static final String HTTP_1_1 = "HTTP/1.1";
  private static final String HTTP_1_0 = "HTTP/1.0";

  private final Wire wire;

  public HeadReader(Wire wire) {
    this.wire = wire;
  }

  /**
   * The next request's head.
   *
   * @return null if the input ends before it does
   * @throws Problem if it is not one that can be taken
   */
  public @Nullable RequestHead read() throws IOException {
    var line = requestLine();
    if (line == null) {
      return null;
    }
    var words = line.split(" ", -1);
    if (words.length != 3) {
      throw Problem.badRequest(
          "a request line is method, target and version, got " + Texts.quoted(line));
    }
    requireMethod(words[0]);
    boolean persistent = isPersistent(words[2]);
    var target = Target.of(words[1]);
    var headers = headers(line.length());
    if (headers == null) {
      return null;
    }
    requireHost(headers, persistent);
    return new RequestHead(
        words[0], target, headers, persistent && !headers.lists("connection", "close"));
  }

  /** One empty line before it is forgiven (RFC 9112 §2.2). */
  private @Nullable String requestLine() throws IOException {
    var line = wire.line(HttpLimits.LINE_BYTES, HeadReader::targetTooLong);
    return line != null && line.isEmpty()
        ? wire.line(HttpLimits.LINE_BYTES, HeadReader::targetTooLong)
        : line;
  }

  private static void requireMethod(String method) {
    if (!Tokens.isToken(method) || method.length() > LONGEST_METHOD) {
      throw Problem.badRequest("not a method: " + Texts.quoted(method));
    }
  }

  private static boolean isPersistent(String version) {
    if (!version.equals(HTTP_1_1) && !version.equals(HTTP_1_0)) {
      throw Problem.badRequest(
          "HTTP/1.1 and HTTP/1.0 are served here, got " + Texts.quoted(version));
    }
    return version.equals(HTTP_1_1);
  }

  private @Nullable Headers headers(int before) throws IOException {
    var headers = new Headers();
    int left = HttpLimits.HEAD_BYTES - before;
    while (true) {
      var line = wire.line(left, HeadReader::tooLarge);
      if (line == null || line.isEmpty()) {
        return line == null ? null : headers;
      }
      headers.add(line);
      left -= line.length() + 2;
    }
  }

  private static Problem targetTooLong() {
    return Problem.targetTooLong("a request line has at most " + HttpLimits.LINE_BYTES + " bytes");
  }

  private static Problem tooLarge() {
    return Problem.headTooLarge(
        "a request's header has at most " + HttpLimits.HEAD_BYTES + " bytes");
  }

  private static void requireHost(Headers headers, boolean required) {
    if (headers.one("host") == null && required) {
      throw Problem.badRequest("the header Host is missing");
    }
  }
}
