package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.http.HttpServer;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.route.Route;
import dev.sluice.http.route.SharedToken;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A catalog that takes the token of its gateways alone. */
final class CatalogTokenTest {
  private static final String TOKEN = "a-secret-of-the-gateways";
  private static final Duration WITHIN = Duration.ofSeconds(20);

  private final HttpServer catalog =
      HttpServer.start(
          HttpConfig.loopback("catalog", 0),
          List.of(Route.get("/v1/tenants", request -> Answer.json(200, "{}"))),
          new SharedToken(TOKEN),
          status -> {},
          Duration.ZERO);

  @AfterEach
  void stop() {
    catalog.close();
  }

  private Catalogs with(String token) {
    return new Catalogs(List.of(URI.create("http://127.0.0.1:" + catalog.port())), token, WITHIN);
  }

  @Test
  void answersTheGatewayThatHasIt() throws Exception {
    try (var catalogs = with(TOKEN)) {
      assertThat(catalogs.get("/v1/tenants").status()).isEqualTo(200);
    }
  }

  /** A 401 would say that the caller's own key is wrong. */
  @Test
  void withoutItNobodysCallersAreToldThatTheirKeyIsWrong() {
    for (var wrong : List.of("", "another-secret-of-somebody")) {
      try (var catalogs = with(wrong)) {
        var refused = catchThrowableOfType(Problem.class, () -> catalogs.get("/v1/tenants"));
        assertThat(refused.status()).isEqualTo(503);
      }
    }
  }
}
