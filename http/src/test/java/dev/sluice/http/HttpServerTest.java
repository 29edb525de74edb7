package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.config.HttpLimits;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.ProbeAnswer;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sockets against a real server whose limits are low enough to meet. */
final class HttpServerTest {
  private static final int MOST = 2 * 1024 * 1024;
  private static final String JSON = "Content-Type: application/json";

  private final List<HttpServer> servers = new ArrayList<>();
  private final List<RawCaller> callers = new ArrayList<>();
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger unavailable = new AtomicInteger();
  private final AtomicInteger executing = new AtomicInteger();

  @AfterEach
  void stop() throws IOException {
    go.countDown();
    for (var caller : callers) {
      caller.close();
    }
    servers.forEach(HttpServer::close);
  }

  private static HttpLimits limits(int connections, long bytes) {
    return new HttpLimits(
        connections,
        4,
        2,
        bytes,
        Duration.ofMillis(1_500),
        Duration.ofMillis(2_000),
        Duration.ofMillis(2_500),
        Duration.ofMillis(1_500));
  }

  private URI start() {
    return start(limits(100, 64L * 1024 * 1024));
  }

  private URI start(HttpLimits limits) {
    return start(new HttpConfig("test", "127.0.0.1", 0, Set.of("*.example.org"), limits));
  }

  private URI start(HttpConfig config) {
    var routes = new ArrayList<Route>();
    routes.add(Route.post("/things/{name}", MOST, HttpServerTest::echo).asking("q"));
    routes.add(Route.get("/things/{name}", HttpServerTest::named).asking("q"));
    routes.add(Route.post("/typed", MOST, HttpServerTest::body).taking(Route.Body.TYPED, MOST));
    routes.add(Route.get("/large", request -> Answer.json(200, "x".repeat(8 * 1024 * 1024))));
    routes.add(Route.get("/blocked", this::blocked).asking("wait"));
    routes.add(Route.get("/broken", HttpServerTest::broken));
    routes.add(OperatorServer.health(() -> true));
    routes.add(OperatorServer.readiness("/readyz", () -> new ProbeAnswer(null, List.of())));
    routes.add(OperatorServer.metrics(() -> "m 1\n"));
    var server = HttpServer.start(config, routes, this::problem, Duration.ofSeconds(5));
    servers.add(server);
    return URI.create("http://127.0.0.1:" + server.port());
  }

  private void problem(int status) {
    if (status == 503) {
      unavailable.incrementAndGet();
    }
  }

  private static Answer body(Request request) {
    return Answer.json(200, new String(request.body(), StandardCharsets.UTF_8));
  }

  private static Answer named(Request request) {
    return Answer.json(200, request.parameter("name") + "?" + request.query("q"));
  }

  private static Answer echo(Request request) {
    return Answer.json(
        200, request.parameter("name") + new String(request.body(), StandardCharsets.UTF_8));
  }

  private static Answer broken(Request request) {
    throw new IllegalStateException("ours");
  }

  private Answer blocked(Request request) throws InterruptedException {
    executing.incrementAndGet();
    go.await();
    return Answer.json(200, "done");
  }

  private RawCaller caller(URI server) throws IOException {
    var caller = new RawCaller(server);
    callers.add(caller);
    return caller;
  }

  private static String get(String path, String... headers) {
    return request("GET " + path, headers);
  }

  private static String request(String line, String... headers) {
    return line + " HTTP/1.1\r\nHost: localhost\r\n" + lines(headers) + "\r\n";
  }

  private static String lines(String... headers) {
    return String.join("", Stream.of(headers).map(line -> line + "\r\n").toList());
  }

  private static String post(String path, String body, String... headers) {
    return request("POST " + path, headers).stripTrailing()
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String chunked(String chunks) {
    return request("POST /things/c", JSON, "Transfer-Encoding: chunked") + chunks;
  }

  private static void assertServed(URI server) throws IOException {
    var reply = RawCaller.ask(server, post("/things/ok", "{}", JSON));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("ok{}");
  }

  private static void assertProblem(RawCaller.Reply reply, int status, String words) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
    assertThat(reply.isProblem()).as(reply.toString()).isTrue();
    assertThat(reply.body()).contains(words);
  }

  // --- what is a request

  @Test
  void answersOneRequestAfterAnotherOnAConnection() throws Exception {
    var caller = caller(start());
    caller.send(get("/things/a%20b?q=%C3%A4+1") + post("/things/b", "{}", JSON) + get("/healthz"));
    assertThat(caller.read().body()).isEqualTo("a b?ä 1");
    assertThat(caller.read().body()).isEqualTo("b{}");
    assertThat(caller.read().body()).isEqualTo("ok\n");
    var last = caller.send(get("/healthz", "Connection: close")).read();
    assertThat(last.header("Connection")).isEqualTo("close");
    assertThat(caller.isClosed()).isTrue();
  }

  @Test
  void takesChunksWithExtensionsAndTrailers() throws Exception {
    var server = start();
    var reply =
        RawCaller.ask(server, chunked("1;a=b\r\n{\r\n01 ; x\r\n}\r\n0\r\nX-Trailer: 1\r\n\r\n"));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("c{}");
  }

  @Test
  void takesAbsoluteTargetsAndOldVersions() throws Exception {
    var server = start();
    var absolute =
        RawCaller.ask(server, "GET http://localhost/things/x HTTP/1.1\r\nHost: a.b\r\n\r\n");
    assertThat(absolute.status()).isEqualTo(200);
    try (var old = new RawCaller(server)) {
      assertThat(old.send("GET /healthz HTTP/1.0\r\n\r\n").read().body()).isEqualTo("ok\n");
      assertThat(old.isClosed()).isTrue();
    }
  }

  @Test
  void refusesWhatIsNoRequestWithAProblemAndCloses() throws Exception {
    var server = start();
    var refused =
        List.of(
            List.of("GET /healthz\r\n\r\n", "400", "request line"),
            List.of("GET /healthz HTTP/2.0\r\n\r\n", "400", "HTTP/1.1"),
            List.of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400", "HTTP/1.1"),
            List.of("\u0016\u0003\u0001\r\n", "400", "request line"),
            List.of("G(T /healthz HTTP/1.1\r\n\r\n", "400", "not a method"),
            List.of("GET /healthz HTTP/1.1\n\n", "400", "CR LF"),
            List.of("GET /healthz HTTP/1.1\r\n\r\n", "400", "Host"),
            List.of("GET healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "400", "begin with /"),
            List.of(get("/things/a|b"), "400", "write it as %7C"),
            List.of(get("/things/a?q=a|b"), "400", "write it as %7C"),
            List.of(get("/things/%zz"), "400", "hexadecimal"),
            List.of(get("/things/%ff"), "400", "UTF-8"),
            List.of(get("/things/.."), "400", ".."),
            List.of(get("/things/%2e%2e"), "400", ".."),
            List.of(get("/" + "a".repeat(9_000)), "414", "8192"),
            List.of(get("/healthz", "X: " + "a".repeat(17_000)), "431", "16384"),
            List.of(get("/healthz", "X: 1\r\n".repeat(101) + "Y: 1"), "431", "100 headers"),
            List.of(get("/healthz", "X : 1"), "400", "character"),
            List.of(get("/healthz", "X"), "400", "name: value"),
            List.of(get("/healthz", "X: 1\r\n folded"), "400", "name"),
            List.of(get("/healthz", "X: \u00e4"), "400", "visible ASCII"),
            List.of(get("/healthz", "X: a\0b"), "400", "visible ASCII"),
            List.of(get("/healthz", "Host: localhost"), "400", "once"),
            List.of(post("/things/a", "{}", JSON, "Content-Length: 2"), "400", "once"),
            List.of(post("/things/a", "{}", JSON, "Transfer-Encoding: chunked"), "400", "without"),
            List.of(get("/healthz", "Transfer-Encoding: gzip, chunked"), "400", "chunked"),
            List.of(get("/healthz", "Content-Length: -1"), "400", "a number"),
            List.of(get("/healthz", "Content-Length: 99999999999999999999"), "400", "a number"),
            List.of(request("POST /things/a", JSON, "Content-Length: 99999999999"), "413", "bytes"),
            List.of(chunked("zz\r\n{}\r\n0\r\n\r\n"), "400", "hexadecimal"),
            List.of(chunked("-1\r\n{}\r\n0\r\n\r\n"), "400", "hexadecimal"),
            List.of(chunked("2\r\n{}x\r\n0\r\n\r\n"), "400", "end with CR LF"),
            List.of(chunked("2;" + "x".repeat(300) + "\r\n{}\r\n0\r\n\r\n"), "400", "256"),
            List.of(chunked("7fffffff\r\n"), "413", "bytes"),
            List.of(chunked("fffffffffffffff\r\n"), "413", "bytes"),
            List.of(chunked("0\r\nX: \u00ff\r\n\r\n"), "400", "visible ASCII"),
            List.of(post("/things/a", "{}", JSON, "Expect: cake"), "417", "100-continue"));
    for (var each : refused) {
      try (var caller = new RawCaller(server)) {
        var reply = caller.send(each.get(0)).read();
        assertProblem(reply, Integer.parseInt(each.get(1)), each.get(2));
        assertThat(caller.end().isClosed()).as(each.get(0)).isTrue();
      }
    }
    assertServed(server);
  }

  @Test
  void whatEndsTooEarlyIs400() throws Exception {
    var server = start();
    var cut = post("/things/a", "{\"a\":1}", JSON);
    for (int length = 1; length < cut.length(); length++) {
      try (var caller = new RawCaller(server)) {
        var reply = caller.send(cut.substring(0, length)).end().read();
        assertProblem(reply, 400, "the request ends within its ");
      }
    }
    var chunks = chunked("2\r\n{}\r\n0\r\n\r\n");
    for (int length = chunks.indexOf("2\r\n"); length < chunks.length(); length++) {
      try (var caller = new RawCaller(server)) {
        assertProblem(caller.send(chunks.substring(0, length)).end().read(), 400, "ends within");
      }
    }
  }

  @Test
  void saysGoOnToWhoAsksBeforeItSends() throws Exception {
    var caller = caller(start());
    caller.send(request("POST /things/e", JSON, "Expect: 100-continue", "Content-Length: 2"));
    caller.send("{}");
    assertThat(caller.read().body()).isEqualTo("e{}");
  }

  @Test
  void quotesNoMoreThanAHundredCharacters() throws Exception {
    var server = start();
    for (var request :
        List.of(
            get("/nothing/" + "n".repeat(4_000)),
            get("/things/a?" + "n".repeat(4_000)),
            get("/healthz", "n".repeat(4_000) + "(: 1"),
            get("/healthz", "Content-Length: " + "n".repeat(4_000)),
            chunked("n".repeat(200) + "\r\n"))) {
      var reply = RawCaller.ask(server, request);
      assertThat(reply.status()).isBetween(400, 499);
      assertThat(reply.body()).doesNotContain("n".repeat(101));
    }
  }

  // --- methods and paths

  @Test
  void tellsWhichMethodsAPathTakes() throws Exception {
    var server = start();
    var wrong = RawCaller.ask(server, request("DELETE /things/a"));
    assertProblem(wrong, 405, "DELETE");
    assertThat(wrong.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
    assertThat(RawCaller.ask(server, request("BREW /large")).header("Allow"))
        .isEqualTo("GET, HEAD, OPTIONS");
    var options = RawCaller.ask(server, request("OPTIONS /typed"));
    assertThat(options.status()).isEqualTo(204);
    assertThat(options.header("Allow")).isEqualTo("OPTIONS, POST");
    assertThat(RawCaller.ask(server, request("OPTIONS *")).status()).isEqualTo(204);
    assertProblem(RawCaller.ask(server, get("/elsewhere")), 404, "/elsewhere");
    assertProblem(RawCaller.ask(server, request("CONNECT localhost:80")), 400, "begin with /");
  }

  @Test
  void answersHeadLikeGetWithoutABody() throws Exception {
    var caller = caller(start());
    var head = caller.send(request("HEAD /things/h?q=1") + get("/things/h?q=1")).read(true);
    var get = caller.read();
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
    assertThat(get.body()).isEqualTo("h?1");
  }

  @Test
  void refusesUnknownQueryParametersAndBodiesWhereNoneBelongs() throws Exception {
    var server = start();
    assertProblem(RawCaller.ask(server, get("/things/a?x=1")), 400, "unknown query parameter x");
    assertProblem(RawCaller.ask(server, get("/things/a?q=1&q=2")), 400, "more than once");
    var body = request("GET /things/a", "Content-Length: 2") + "{}";
    assertProblem(RawCaller.ask(server, body), 413, "0 bytes");
  }

  @Test
  void aFailureOfOursIs500AndItsConnectionGoesOn() throws Exception {
    var caller = caller(start());
    assertProblem(caller.send(get("/broken")).read(), 500, "see its log");
    assertThat(caller.send(get("/healthz")).read().status()).isEqualTo(200);
  }

  // --- pages in a browser

  @Test
  void takesNoneOfTheTypesThatAPageCanSendUnasked() throws Exception {
    var server = start();
    var types =
        List.of(
            "text/plain",
            "TEXT/PLAIN;charset=utf-8",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            " ",
            "json",
            "application/json, text/plain");
    for (var path : List.of("/things/a", "/typed")) {
      assertProblem(RawCaller.ask(server, post(path, "{}")), 415, "--json");
      for (var type : types) {
        var refused = RawCaller.ask(server, post(path, "{}", "Content-Type: " + type));
        assertProblem(refused, 415, "--json");
      }
    }
    var none = RawCaller.ask(server, request("POST /things/a"));
    assertProblem(none, 415, "--json");
    var latin = post("/things/a", "{}", JSON + "; charset=iso-8859-1");
    assertProblem(RawCaller.ask(server, latin), 415, "UTF-8");
    var typed = post("/typed", "{}", "Content-Type: application/octet-stream");
    assertThat(RawCaller.ask(server, typed).status()).isEqualTo(200);
    var utf8 = post("/things/a", "{}", JSON + "; charset=\"UTF-8\"");
    assertThat(RawCaller.ask(server, utf8).status()).isEqualTo(200);
  }

  @Test
  void servesOwnNamesAloneAndNoForeignPages() throws Exception {
    var server = start();
    var line = "GET /things/a HTTP/1.1\r\nHost: ";
    for (var host :
        List.of(
            "localhost", "LOCALHOST:80", "127.0.0.1:1", "127.9.9.9", "[::1]:80", "a.example.org")) {
      assertThat(RawCaller.ask(server, line + host + "\r\n\r\n").status()).as(host).isEqualTo(200);
    }
    for (var host :
        List.of(
            "evil.example",
            "localhost.evil.example",
            "example.org",
            "127.0.0.1.evil",
            "10.0.0.1",
            "",
            "[")) {
      assertProblem(RawCaller.ask(server, line + host + "\r\n\r\n"), 403, "http.hosts");
    }
    for (var origin : List.of("http://evil.example", "null", "https://localhost.evil", "file://")) {
      assertProblem(RawCaller.ask(server, get("/things/a", "Origin: " + origin)), 403, "pages of");
    }
    assertThat(RawCaller.ask(server, get("/things/a", "Origin: http://localhost:1")).status())
        .isEqualTo(200);
    assertProblem(
        RawCaller.ask(server, get("/things/a", "Sec-Fetch-Site: cross-site")), 403, "sites");
    var absolute = "GET http://evil.example/things/a HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assertProblem(RawCaller.ask(server, absolute), 403, "http.hosts");
    for (var probe : List.of("/healthz", "/readyz", "/metrics")) {
      var asked = "GET " + probe + " HTTP/1.1\r\nHost: 10.1.2.3\r\n\r\n";
      assertThat(RawCaller.ask(server, asked).status()).isEqualTo(200);
    }
  }

  // --- callers who keep us waiting

  @Test
  void endsWhoIsSlowAndServesOthersMeanwhile() throws Exception {
    var server = start();
    var head = caller(server).send("GET /things/a HTTP/1.1\r\nHost: loc");
    var body = caller(server).send(request("POST /things/a", JSON, "Content-Length: 9") + "{");
    var chunk = caller(server).send(chunked("5\r\n{"));
    var silent = caller(server);
    var idle = caller(server).send(get("/healthz"));
    assertThat(idle.read().status()).isEqualTo(200);
    assertServed(server);
    assertProblem(head.read(), 408, "header must come within");
    assertProblem(body.read(), 408, "body must come within");
    assertProblem(chunk.read(), 408, "body must come within");
    for (var each : List.of(head, body, chunk, silent, idle)) {
      assertThat(each.isClosed()).isTrue();
    }
  }

  @Test
  void aDripOfBytesGainsNoTime() throws Exception {
    var caller = caller(start());
    long began = System.nanoTime();
    caller.send("GET /things/a HTTP/1.1\r\nHost: localhost\r\n");
    Awaitility.await()
        .atMost(RawCaller.BOUND)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> servers.get(0).connections() == 0 || drip(caller));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
  }

  private static boolean drip(RawCaller caller) throws IOException {
    caller.send("X");
    return false;
  }

  @Test
  void endsWhoDoesNotReadItsAnswer() throws Exception {
    var server = start();
    var slow = caller(server);
    slow.send(get("/large"));
    Awaitility.await().atMost(RawCaller.BOUND).until(() -> servers.get(0).connections() == 0);
    assertServed(server);
  }

  // --- bounds

  @Test
  void halfSentRequestsGiveWayToWholeOnes() throws Exception {
    var server = start(limits(50, 64L * 1024 * 1024));
    for (int i = 0; i < 400; i++) {
      caller(server).send("GET /things/a HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(6_000));
      if (i % 20 == 0) {
        assertServed(server);
      }
    }
    assertServed(server);
    assertThat(servers.get(0).connections()).isLessThanOrEqualTo(60);
  }

  @Test
  void beyondTheBoundOfRequestsInProgressTheAnswerIs503AtOnce() throws Exception {
    var server = start();
    for (int i = 0; i < 4; i++) {
      caller(server).send(get("/blocked"));
    }
    Awaitility.await().atMost(RawCaller.BOUND).until(() -> executing.get() == 4);
    var refused = RawCaller.ask(server, get("/things/a"));
    assertProblem(refused, 503, "in progress");
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(RawCaller.ask(server, get("/healthz")).status()).isEqualTo(200);
    // Those that wait have a bound of their own.
    for (int i = 0; i < 2; i++) {
      caller(server).send(get("/blocked?wait=1"));
    }
    Awaitility.await().atMost(RawCaller.BOUND).until(() -> executing.get() == 6);
    assertProblem(RawCaller.ask(server, get("/blocked?wait=1")), 503, "in progress");
    go.countDown();
    Awaitility.await()
        .atMost(RawCaller.BOUND)
        .until(() -> RawCaller.ask(server, get("/things/a")).status() == 200);
  }

  @Test
  void beyondTheBoundOfConnectionsThatWorkTheAnswerIs503() throws Exception {
    var server = start(limits(3, 64L * 1024 * 1024));
    for (int i = 0; i < 4; i++) {
      caller(server).send(get("/blocked"));
    }
    Awaitility.await().atMost(RawCaller.BOUND).until(() -> executing.get() == 4);
    assertProblem(RawCaller.ask(server, get("/healthz")), 503, "connections are open");
  }

  @Test
  void largeBodiesThatDoNotEndTakeNoRoomFromSmallOnes() throws Exception {
    var server = start(limits(100, 6L * 1024 * 1024));
    var most = "x".repeat(MOST - 1);
    for (int i = 0; i < 6; i++) {
      var head = request("POST /things/a", JSON, "Content-Length: " + MOST);
      caller(server).send(head + most);
      assertServed(server);
    }
    assertServed(server);
  }

  @Test
  void answersThatNobodyReadsAreBoundedToo() throws Exception {
    var patient = Duration.ofMinutes(5);
    var bytes = 24L * 1024 * 1024;
    var server = start(new HttpLimits(100, 4, 2, bytes, patient, patient, patient, patient));
    for (int i = 0; i < 6; i++) {
      caller(server).send(get("/large"));
    }
    // Two fit; another is refused, or one that nobody reads gives way.
    Awaitility.await()
        .atMost(RawCaller.BOUND)
        .until(() -> unavailable.get() > 0 || servers.get(0).connections() < 6);
    assertServed(server);
  }

  // --- its end

  @Test
  void whatIsExecutedIsAnsweredBeforeItCloses() throws Exception {
    var server = start();
    var working = caller(server).send(get("/blocked"));
    var idle = caller(server).send(get("/healthz"));
    assertThat(idle.read().status()).isEqualTo(200);
    Awaitility.await().atMost(RawCaller.BOUND).until(() -> executing.get() == 1);
    var closing = Thread.ofPlatform().start(() -> servers.get(0).close());
    assertThat(idle.isClosed()).isTrue();
    go.countDown();
    var reply = working.read();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Connection")).isEqualTo("close");
    closing.join();
  }
}
