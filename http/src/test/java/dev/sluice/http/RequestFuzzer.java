package dev.sluice.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests that are nearly right, each wrong in a few ways that a seed chooses, and tells of
 * those whose answer a caller must never get.
 */
public final class RequestFuzzer {
  private static final List<String> METHODS =
      List.of("GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");
  private static final List<String> ODD_METHODS =
      List.of("get", "CONNECT", "TRACE", "PRI", "B\u00e4D", "", "A".repeat(40), "G ET", "GET\t");
  private static final List<String> VERSIONS =
      List.of("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.1 ", "http/1.1", "", "HTTP/1.12");
  private static final List<String> ODD_PARTS =
      List.of(
          "..",
          ".",
          "%2e%2e",
          "%",
          "%zz",
          "%ff",
          "%00",
          "%0d%0aX:1",
          "a|b",
          "\u00e4",
          "a b",
          "//",
          "~1",
          "%7E",
          "\\",
          "a;b",
          "{}",
          "x".repeat(300),
          "x".repeat(9_000),
          "%25",
          "a%2Fb",
          "*");
  private static final List<String> ODD_QUERIES =
      List.of(
          "?",
          "?a",
          "?=",
          "?&&",
          "?limit=0",
          "?limit=-1",
          "?limit=99999999999",
          "?limit=1&limit=2",
          "?after=%ff",
          "?after=AA",
          "?after=" + "A".repeat(2_000),
          "?wait=PT0S",
          "?wait=x",
          "?wait=-PT1S",
          "?at=1",
          "?at=9-9",
          "?at=999999999-999999999999999999",
          "?status=DONE",
          "?label=a",
          "?label=%7C:1",
          "?q=a|b",
          "?redrive=1",
          "?redrive=-1",
          "?all=maybe",
          "?parent=%00",
          "?agent=" + "a".repeat(300),
          "?nope=1",
          "?kind=x",
          "?root=%C3%A4");
  private static final List<String> ODD_HEADERS =
      List.of(
          "Host: evil.example",
          "Host:",
          "Host: [::1",
          "X",
          ": x",
          "X : 1",
          " folded",
          "X: \u00ff",
          "X: \0",
          "X: \u007f",
          "Content-Length: 5",
          "Content-Length: x",
          "Content-Length: -1",
          "Content-Length: 0",
          "Content-Length: 18446744073709551616",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: gzip",
          "Transfer-Encoding: chunked, chunked",
          "Expect: 100-continue",
          "Expect: cake",
          "Connection: close",
          "Connection: upgrade",
          "Upgrade: h2c",
          "Origin: null",
          "Origin: http://evil.example",
          "Sec-Fetch-Site: cross-site",
          "Content-Type: text/plain",
          "Content-Type: application/json; charset=utf-16",
          "Content-Type: multipart/form-data",
          "Content-Type:",
          "Idempotency-Key:",
          "Idempotency-Key: \u00fc",
          "Idempotency-Key: " + "k".repeat(300),
          "Idempotency-Key: k",
          "X: " + "x".repeat(17_000),
          "Content-Encoding: gzip",
          "Range: bytes=0-1",
          "TE: trailers");
  private static final List<String> BODIES =
      List.of(
          "",
          "{}",
          "[]",
          "null",
          "1",
          "\"",
          "{",
          "{\"a\":",
          "{\"a\":1}x",
          "\u00ff\u00fe",
          "{\"agent\":\"echo\"}",
          "{\"agent\":1}",
          "{\"agent\":\"echo\",\"input\":}",
          "{\"agent\":\"echo\",\"input\":\"\\ud800\"}",
          "{\"agent\":\"\\ud800\"}",
          "{\"agent\":\"echo\",\"agent\":\"echo\"}",
          "{\"agent\":\"echo\",\"labels\":{\"a:b\":\"c\"}}",
          "{\"agent\":\"echo\",\"labels\":{\"a\":1}}",
          "{\"agent\":\"echo\",\"priority\":1e99}",
          "{\"agent\":\"echo\",\"priority\":-2147483648}",
          "{\"agent\":\"echo\",\"budget\":{\"m\":-1}}",
          "{\"agent\":\"echo\",\"run_id\":\"..\"}",
          "{\"agent\":\"echo\",\"run_id\":\"a~1\"}",
          "{\"agent\":\"echo\",\"max_duration\":\"P1Y\"}",
          "{\"agent\":\"echo\",\"start_at\":\"now\"}",
          "{\"agent\":\"echo\",\"input\":1e400}",
          "{\"agent\":\"echo\",\"retry\":{\"max_attempts\":0}}",
          "{\"schema\":\"\\\"string\\\"\"}",
          "{\"schema\":\"{\"}",
          "{\"schema\":1}",
          "{\"compatibility\":\"NONE\"}",
          "{\"max_in_flight\":-1}",
          "{\"weight\":1e400}",
          "{\"paused\":\"yes\"}",
          "[".repeat(5_000),
          "{\"a\":".repeat(5_000),
          "{},".repeat(10_000),
          "{\"agent\":\"echo\",\"input\":" + "[".repeat(3_000) + "]".repeat(3_000) + "}",
          "{\"agent\":\"echo\",\"input\":[" + "{},".repeat(20_000) + "{}]}");

  /** What a caller must never get, and the request that got it. */
  public record Fault(long number, String what, String request) {}

  private final URI server;
  private final List<String> paths;
  private final SplittableRandom random;

  /**
   * Sends to {@code server}.
   *
   * @param paths what is served there, and what is not
   */
  public RequestFuzzer(URI server, List<String> paths, long seed) {
    this.server = server;
    this.paths = paths;
    random = new SplittableRandom(seed);
  }

  /** Sends so many requests; the faults that were met. */
  public List<Fault> run(int count) throws IOException {
    var faults = new ArrayList<Fault>();
    for (int number = 0; number < count; number++) {
      var request = request();
      int end = cut(request);
      var fault = fault(request.substring(0, end));
      if (fault != null) {
        var shown = request.substring(0, Math.min(400, end)).replace("\r\n", "~");
        faults.add(new Fault(number, fault, shown));
      }
    }
    return faults;
  }

  private @Nullable String fault(String request) throws IOException {
    try (var caller = new RawCaller(server)) {
      var reply = caller.send(request).end().read(request.startsWith("HEAD "));
      if (request.isEmpty() || request.equals("\r\n")) {
        return reply.status() == 0 ? null : "answered nothing with " + reply.status();
      }
      if (reply.status() == 0) {
        return "closed without an answer";
      }
      if (reply.status() >= 500 && reply.status() != 503) {
        return reply.status() + " " + reply.body();
      }
      boolean hasBody = !request.startsWith("HEAD ");
      return reply.status() >= 400 && hasBody && !isOfItsServer(reply)
          ? "no problem but " + reply
          : null;
    } catch (SocketTimeoutException e) {
      return "no answer and no end";
    }
  }

  /** Probes tell in plain words, the registry in those of its protocol. */
  private static boolean isOfItsServer(RawCaller.Reply reply) {
    return reply.isProblem()
        || reply.body().startsWith("{\"error_code\":")
        || reply.body().startsWith("not ready");
  }

  private int cut(String request) {
    return random.nextInt(8) == 0 ? random.nextInt(request.length() + 1) : request.length();
  }

  private String request() {
    var method = random.nextInt(20) == 0 ? one(ODD_METHODS) : one(METHODS);
    var version = random.nextInt(20) == 0 ? one(VERSIONS) : "HTTP/1.1";
    var request =
        new StringBuilder(method).append(' ').append(target()).append(' ').append(version);
    request.append(end());
    if (random.nextInt(15) > 0) {
      request.append("Host: localhost").append(end());
    }
    if (random.nextInt(4) > 0) {
      request.append("Content-Type: application/json").append(end());
    }
    for (int i = random.nextInt(4); i > 1; i--) {
      request.append(one(ODD_HEADERS)).append(end());
    }
    if (random.nextInt(200) == 0) {
      request.append("X: y\r\n".repeat(150));
    }
    return withBody(request);
  }

  private String withBody(StringBuilder request) {
    var body = one(BODIES);
    return switch (random.nextInt(5)) {
      case 0 -> request.append(end()).toString();
      case 1 -> chunked(request, body);
      default -> {
        int lie = random.nextInt(20) == 0 ? random.nextInt(-3, 4) : 0;
        request.append("Content-Length: ").append(body.length() + lie).append(end());
        yield request.append(end()).append(body).toString();
      }
    };
  }

  private String chunked(StringBuilder request, String body) {
    request.append("Transfer-Encoding: chunked").append(end()).append(end());
    int at = 0;
    while (at < body.length()) {
      int size = 1 + random.nextInt(Math.min(body.length() - at, 50_000));
      int lie = random.nextInt(60) == 0 ? 1 : 0;
      request.append(Integer.toHexString(size + lie));
      request.append(random.nextInt(10) == 0 ? ";x=\"y\"" : "").append(end());
      request.append(body, at, at + size).append(end());
      at += size;
    }
    request.append(
        random.nextInt(30) == 0 ? one(List.of("zz", "-1", "ffffffffffffffff", "")) : "0");
    request.append(end());
    request.append(random.nextInt(5) == 0 ? "X-Trailer: 1\r\n" : "");
    return request.append(end()).toString();
  }

  private String target() {
    var target = new StringBuilder(random.nextInt(30) == 0 ? "http://localhost" : "");
    for (var part : one(paths).substring(1).split("/", -1)) {
      boolean open = part.startsWith("{");
      boolean odd = random.nextInt(open ? 4 : 40) == 0;
      target.append('/').append(odd ? one(ODD_PARTS) : open ? "f" + random.nextInt(9) : part);
    }
    return target.append(random.nextInt(3) == 0 ? one(ODD_QUERIES) : "").toString();
  }

  /** The end of a line, rarely another than there should be. */
  private String end() {
    return switch (random.nextInt(400)) {
      case 0 -> "\n";
      case 1 -> "\r";
      case 2 -> "\r\r\n";
      default -> "\r\n";
    };
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
