package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Guard;
import dev.sluice.http.route.Route;
import dev.sluice.http.route.SharedToken;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that not everybody may use. */
final class GuardedServerTest {
  private static final int MOST = 1_000;
  private static final String TOKEN = "a-secret-of-the-gateways";
  private static final String HEAD = "POST /things HTTP/1.1\r\nHost: localhost\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";

  private static HttpServer start(Guard guard) {
    var routes =
        List.of(
            Route.post("/things", MOST, request -> Answer.json(202, "{}")),
            Route.post("/full", MOST, GuardedServerTest::full),
            OperatorServer.health(() -> true));
    var config = HttpConfig.loopback("test", 0);
    return HttpServer.start(config, routes, guard, status -> {}, Duration.ZERO);
  }

  private static Answer full(Request request) {
    throw Problem.tooMany("full");
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  private static int status(HttpServer server, String request) throws IOException {
    return RawCaller.ask(address(server), request).status();
  }

  @Test
  void refusesBeforeAByteOfTheBodyIsThere() throws Exception {
    try (var server = start(new SharedToken(TOKEN));
        var caller = new RawCaller(address(server))) {
      var reply = caller.send(HEAD + JSON + "Content-Length: 900\r\n\r\n").read();

      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.headers()).containsEntry("www-authenticate", "Bearer realm=\"sluice\"");
      assertThat(reply.body()).doesNotContain(TOKEN);
    }
  }

  @Test
  void letsInWithTheTokenAlone() throws Exception {
    try (var server = start(new SharedToken(TOKEN))) {
      var body = JSON + "Content-Length: 2\r\n\r\n{}";

      assertThat(status(server, HEAD + "Authorization: Bearer " + TOKEN + "\r\n" + body))
          .isEqualTo(202);
      for (var wrong : List.of("Bearer " + TOKEN + "x", "Bearer", "Basic " + TOKEN, TOKEN)) {
        assertThat(status(server, HEAD + "Authorization: " + wrong + "\r\n" + body))
            .as(wrong)
            .isEqualTo(401);
      }
      assertThat(status(server, HEAD + body)).isEqualTo(401);
    }
  }

  @Test
  void probesNeedNoToken() throws Exception {
    try (var server = start(new SharedToken(TOKEN))) {
      assertThat(status(server, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")).isEqualTo(200);
    }
  }

  @Test
  void theGuardLearnsHowEachRequestWasAnswered() throws Exception {
    BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
    Guard watching =
        (route, parameters, head, from) ->
            answer -> statuses.add(answer == null ? 0 : answer.status());
    try (var server = start(watching)) {
      status(server, HEAD + JSON + "Content-Length: 2\r\n\r\n{}");
      status(server, HEAD.replace("/things", "/full") + JSON + "Content-Length: 2\r\n\r\n{}");
      status(server, HEAD + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");

      for (int expected : List.of(202, 429, 415)) {
        assertThat(Objects.requireNonNull(statuses.poll(60, TimeUnit.SECONDS))).isEqualTo(expected);
      }
    }
  }
}
