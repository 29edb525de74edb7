package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.http.HttpServer;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A flag changes limits that were read before; what somebody else wrote meanwhile is not lost. */
@SuppressWarnings("NullAway.Init") // set before each test
final class TenantsCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_REFUSED_SHOWN = 2;

  /** What was put, and under which condition. */
  private record Put(@Nullable String ifMatch, @Nullable String ifNoneMatch, JsonNode limits) {}

  private final List<Put> puts = new ArrayList<>();

  /** Limits that others write between this command's reading and writing. */
  private final List<String> others = new ArrayList<>();

  /** How often the catalog still shows a record that was refused. */
  private int refusedShown;

  private long refusedAt;
  private String limits = "";
  private long at = -1;
  private String decision = "TENANT";
  private HttpServer gateway;

  @BeforeEach
  void start() {
    var routes =
        List.of(
            Route.get("/v1/tenants/{tenant}", request -> tenant()),
            Route.put("/v1/tenants/{tenant}", 1_000, this::put),
            Route.get("/v1/tenants/{tenant}/limits", request -> decided()).asking("at", "wait"));
    gateway =
        HttpServer.start(
            HttpConfig.loopback("test", 0), routes, status -> {}, Duration.ofSeconds(1));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Answer tenant() {
    var json = JSON.createObjectNode().put("tenant", "acme");
    if (refusedShown > 0) { // a catalog that has read the refused record, and no further
      refusedShown--;
      json.set("limits", Objects.requireNonNull(puts.getLast()).limits());
      return Answer.json(200, json.put("limits_at", refusedAt).toString());
    }
    if (at >= 0) {
      json.set("limits", parsed(limits));
      json.put("limits_at", at);
    }
    return Answer.json(200, json.toString());
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  /** As the gate decides. */
  private Answer put(Request request) {
    var ifMatch = request.header("if-match");
    var body = new String(request.body(), StandardCharsets.UTF_8);
    puts.add(new Put(ifMatch, request.header("if-none-match"), parsed(body)));
    if (!others.isEmpty()) {
      limits = others.removeFirst();
      at++;
    }
    if (ifMatch != null && !ifMatch.equals("\"" + at + "\"")) {
      refusedAt = at + 1;
      at += 2; // the gate appends what is in force again
      refusedShown = MOST_REFUSED_SHOWN;
      throw Problem.preconditionFailed("those at " + at + " are in force")
          .about("at", "tenants-0-" + refusedAt);
    }
    if (!decision.equals("REFUSE")) {
      limits = body;
      at++;
    }
    var json = JSON.createObjectNode().put("tenant", "acme").put("at", "tenants-0-" + at);
    return Answer.json(200, json.toString());
  }

  private Answer decided() {
    if (decision.equals("NONE")) {
      throw Problem.notFound("nobody has decided yet");
    }
    return Answer.json(200, "{\"decision\":\"" + decision + "\",\"reason\":\"test\"}");
  }

  private int execute(String... flags) {
    var all = new ArrayList<>(List.of("--url=http://127.0.0.1:" + gateway.port(), "acme"));
    all.addAll(List.of(flags));
    return new CommandLine(new TenantsCommand()).execute(all.toArray(String[]::new));
  }

  private Put last() {
    return Objects.requireNonNull(puts.getLast());
  }

  @Test
  void aFlagReplacesTheLimitsThatWereRead() {
    limits = "{\"max_in_flight\":7,\"paused\":false}";
    at = 3;

    assertThat(execute("--paused")).isZero();

    assertThat(last())
        .isEqualTo(new Put("\"3\"", null, parsed("{\"max_in_flight\":7,\"paused\":true}")));
  }

  @Test
  void theFirstLimitsReplaceNone() {
    assertThat(execute("--paused")).isZero();

    assertThat(last()).isEqualTo(new Put(null, "*", parsed("{\"paused\":true}")));
  }

  @Test
  void limitsThatSomebodyElseChangesMeanwhileAreReadAgainAndChanged() {
    limits = "{\"max_in_flight\":7}";
    at = 3;
    others.add("{\"max_in_flight\":9}");

    assertThat(execute("--paused")).isZero();

    assertThat(puts).hasSize(2);
    assertThat(last().limits()).isEqualTo(parsed("{\"max_in_flight\":9,\"paused\":true}"));
  }

  @Test
  void whoIsTooLateTwiceIsToldAndChangesNothing() {
    limits = "{\"max_in_flight\":7}";
    at = 3;
    others.add("{\"max_in_flight\":9}");
    others.add("{\"max_in_flight\":8}");

    assertThat(execute("--paused")).isEqualTo(1);

    assertThat(puts).hasSize(2);
    assertThat(limits).isEqualTo("{\"max_in_flight\":8}");
  }

  @Test
  void replacingAsksForNoLimitsOfBefore() {
    limits = "{\"max_in_flight\":7}";
    at = 3;

    assertThat(execute("--replace", "--weight=2")).isZero();

    assertThat(last()).isEqualTo(new Put(null, null, parsed("{\"weight\":2.0}")));
  }

  @Test
  void aScriptIsToldWhatTheGateDecides() {
    decision = "REFUSE";
    assertThat(execute("--replace", "--weight=2")).isEqualTo(1);
    decision = "NONE";
    assertThat(execute("--replace", "--weight=2")).isEqualTo(3);
  }
}
