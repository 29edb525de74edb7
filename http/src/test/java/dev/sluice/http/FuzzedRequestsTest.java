package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.ProbeAnswer;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent, there is an answer of less than 500 or a refusal for want of room. */
final class FuzzedRequestsTest {
  private static final int REQUESTS = Integer.getInteger("http.fuzz", 2_000);

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void everyRequestIsAnsweredAndNoneWithAFailure(long seed) throws Exception {
    var routes = new ArrayList<Route>();
    routes.add(OperatorServer.health(() -> true));
    routes.add(OperatorServer.readiness("/readyz", () -> new ProbeAnswer(null, List.of())));
    routes.add(OperatorServer.metrics(() -> "m 1\n"));
    routes.add(Route.get("/a/{b}", request -> Answer.json(200, "[]")).asking("limit", "after"));
    routes.add(Route.post("/a/{b}", 200_000, FuzzedRequestsTest::echo));
    routes.add(Route.post("/c", 200_000, FuzzedRequestsTest::echo).taking(Route.Body.TYPED, 9_000));
    var config = HttpConfig.loopback("fuzzed", 0);
    try (var server = HttpServer.start(config, routes, status -> {}, Duration.ZERO)) {
      var uri = URI.create("http://127.0.0.1:" + server.port());
      var paths = List.of("/a/{b}", "/a/{b}", "/c", "/healthz", "/metrics", "/nothing");
      assertThat(new RequestFuzzer(uri, paths, seed).run(REQUESTS)).isEmpty();
    }
  }

  private static Answer echo(Request request) {
    return Answer.json(200, new String(request.body(), StandardCharsets.UTF_8));
  }
}
