package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.topic.Topics;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The HTTP interface, row by row of the contract. Each test has tenants of its own. */
final class GatewayIT {
  private static final String KEY = "Idempotency-Key";
  private static HttpBed bed;
  private static HttpCaller http;

  @BeforeAll
  static void start() {
    bed = new HttpBed();
    http = bed.http;
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  private static String runs(String tenant) {
    return "/v1/tenants/" + tenant + "/runs";
  }

  private static String run(String tenant, String run) {
    return runs(tenant) + "/" + run;
  }

  private static HttpCaller.Answer submit(String tenant, String body) throws Exception {
    var answer = http.post(runs(tenant), body);
    assertThat(answer.status()).as(answer.http().body()).isEqualTo(202);
    return answer;
  }

  private static JsonNode end(String tenant, String run) {
    return Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () -> http.get(run(tenant, run) + "?wait=PT5S").json(),
            answer -> answer.has("completed_at"));
  }

  private static void pause(String tenant) throws Exception {
    assertThat(http.put("/v1/tenants/" + tenant, "{\"paused\":true}").status()).isEqualTo(200);
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.get("/v1/tenants/" + tenant).json().path("paused").asBoolean());
  }

  // --- submitting

  @Test
  void acceptsARunAndTellsItsIdAndWhereToFindIt() throws Exception {
    var answer =
        submit(
            "first",
            """
            {"agent":"echo","input":{"a":[1,null]},"pool":"default","priority":5,
             "labels":{"team":"blue"},"max_duration":"PT1M","budget":{},
             "start_at":"2020-01-01T00:00:00Z","expires_at":"2100-01-01T00:00:00+02:00"}
            """);
    var id = answer.json().path("run_id").asText();
    assertThat(answer.json().path("status").asText()).isEqualTo("SUBMITTED");
    assertThat(answer.header("Location")).matches(run("first", id) + "\\?at=submissions-\\d+-\\d+");
    assertThat(UUID.fromString(id).version()).isEqualTo(7);

    var ended = end("first", id);
    assertThat(ended.path("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("output").toString()).isEqualTo("{\"a\":[1,null]}");
    assertThat(ended.path("tenant").asText()).isEqualTo("first");
    assertThat(ended.path("agent").asText()).isEqualTo("echo");
    assertThat(ended.path("pool").asText()).isEqualTo("default");
    assertThat(ended.path("labels").path("team").asText()).isEqualTo("blue");
    assertThat(ended.path("epoch").asInt()).isEqualTo(1);
    assertThat(ended.path("attempt").asInt()).isEqualTo(1);
    assertThat(ended.path("root_run_id").asText()).isEqualTo(id);
    assertThat(ended.path("charged").isObject()).isTrue();
    var submitted = Instant.parse(ended.path("submitted_at").asText());
    var started = Instant.parse(ended.path("started_at").asText());
    assertThat(started).isBetween(submitted, Instant.parse(ended.path("completed_at").asText()));
    assertThat(ended.has("error")).isFalse();
    assertThat(ended.has("waiting_for")).isFalse();
  }

  @Test
  void theSameIdempotencyKeyIsTheSameRun() throws Exception {
    var body = "{\"agent\":\"echo\",\"input\":1}";
    var first = http.post(runs("idem"), body, KEY, "k-1");
    var again = http.post(runs("idem"), body, KEY, "k-1");
    var other = http.post(runs("idem"), body, KEY, "k-2");
    var elsewhere = http.post(runs("idem-2"), body, KEY, "k-1");

    var id = first.json().path("run_id").asText();
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.json()).isEqualTo(first.json());
    assertThat(other.json().path("run_id").asText()).isNotEqualTo(id);
    assertThat(elsewhere.json().path("run_id").asText()).isNotEqualTo(id);
    assertThat(end("idem", id).path("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(http.get(again.header("Location")).json().path("run_id").asText()).isEqualTo(id);
    end("idem", other.json().path("run_id").asText());
    assertThat(http.get(runs("idem")).json().path("runs")).hasSize(2);
  }

  @Test
  void theSameKeyWithAnotherBodyIsRefused() throws Exception {
    var one = "{\"agent\":\"echo\",\"input\":1}";
    var two = "{\"agent\":\"echo\",\"input\":2}";
    var first = http.post(runs("two-bodies"), one, KEY, "k");
    assertThat(first.status()).isEqualTo(202);
    var id = first.json().path("run_id").asText();

    var refused = http.post(runs("two-bodies"), two, KEY, "k");
    var again = http.post(runs("two-bodies"), one, KEY, "k");

    assertThat(refused.status()).as(refused.http().body()).isEqualTo(422);
    assertThat(refused.json().path("run_id").asText()).isEqualTo(id);
    assertThat(again.status()).isEqualTo(202);
    assertThat(end("two-bodies", id).path("output").asInt()).isEqualTo(1);
  }

  @Test
  void aGatewayThatHasNotSeenTheKeyAsksACatalog() throws Exception {
    var one = "{\"agent\":\"echo\",\"run_id\":\"r\",\"input\":1}";
    var two = "{\"agent\":\"echo\",\"run_id\":\"r\",\"input\":2}";
    submit("two-doors", one);
    end("two-doors", "r");
    try (var other = bed.startGateway(Map.of("catalogs", bed.catalog.address()))) {
      var door = new HttpCaller(other.address());
      // A catalog that answers too late for the first counts for the next.
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(() -> door.post(runs("two-doors"), two).status() == 422);
      assertThat(door.post(runs("two-doors"), one).status()).isEqualTo(202);
    }
  }

  @Test
  void withoutACatalogTheGateFindsTheOtherBodyAndTheRunTellsOfIt() throws Exception {
    var one = "{\"agent\":\"echo\",\"run_id\":\"r\",\"input\":1}";
    var two = "{\"agent\":\"echo\",\"run_id\":\"r\",\"input\":2}";
    submit("no-catalog", one);
    end("no-catalog", "r");
    try (var other = bed.startGateway(Map.of("catalogs", "http://127.0.0.1:1"))) {
      var door = new HttpCaller(other.address());
      assertThat(door.post(runs("no-catalog"), two).status()).isEqualTo(202);
    }

    var told =
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(() -> http.get(run("no-catalog", "r")).json(), json -> json.has("conflicts"));
    assertThat(told.path("conflicts").asInt()).isEqualTo(1);
    assertThat(told.path("output").asInt()).isEqualTo(1);
  }

  @Test
  void tellsWhoWaitsWhatBecameOfASubmission() throws Exception {
    var one = "{\"agent\":\"echo\",\"run_id\":\"r\",\"input\":1}";
    var two = "{\"agent\":\"echo\",\"run_id\":\"r\",\"input\":2}";
    var nowhere = "{\"agent\":\"echo\",\"pool\":\"nowhere\"}";
    var wait = runs("waits") + "?wait=PT20S";

    var accepted = http.post(wait, one);
    var repeated = http.post(wait, one);
    var waiting = http.post(wait, nowhere);
    http.put("/v1/tenants/waits-full", "{\"paused\":true,\"max_live\":0}");
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.get("/v1/tenants/waits-full").json().path("paused").asBoolean());
    var refused = http.post(runs("waits-full") + "?wait=PT20S", "{\"agent\":\"echo\"}");
    var conflict = http.post(wait, two);

    assertThat(accepted.status()).as(accepted.http().body()).isEqualTo(200);
    assertThat(accepted.json().path("decision").asText()).isEqualTo("ACCEPT");
    assertThat(accepted.header("Location")).contains("?at=submissions-");
    assertThat(repeated.json().path("decision").asText()).isEqualTo("DUPLICATE");
    assertThat(refused.json().path("decision").asText()).isEqualTo("REJECT");
    assertThat(refused.json().path("reason").asText()).contains("max_live is 0");
    assertThat(waiting.json().path("decision").asText()).isEqualTo("ACCEPT");
    assertThat(waiting.json().path("reason").asText()).isEqualTo("waits for its pool");
    assertThat(conflict.status()).isEqualTo(422);
    assertThat(http.post(runs("waits") + "?wait=P1Y", one).status()).isEqualTo(400);
  }

  @Test
  void refusesAtOnceWhatTheGateWouldRefuseLater() throws Exception {
    var large = 1_000_000_000_000_000L;
    var labels = "{\"agent\":\"echo\",\"labels\":{%s}}";
    var budget = "{\"agent\":\"echo\",\"budget\":{%s}}";
    var retry = "{\"agent\":\"echo\",\"retry\":{%s}}";
    var atBounds =
        List.of(
            labels.formatted(fields(64, 1, "\"v\"")),
            labels.formatted(fields(1, 128, "\"" + "v".repeat(4_096) + "\"")),
            budget.formatted(fields(32, 64, Long.toString(large))),
            retry.formatted("\"max_attempts\":1000,\"backoff\":\"P366D\""));
    var beyond =
        List.of(
            labels.formatted(fields(65, 1, "\"v\"")),
            labels.formatted(fields(1, 129, "\"v\"")),
            labels.formatted(fields(1, 1, "\"" + "v".repeat(4_097) + "\"")),
            labels.formatted(fields(5, 1, "\"" + "v".repeat(4_000) + "\"")),
            labels.formatted("\"a:b\":\"v\""),
            labels.formatted("\"\":\"v\""),
            budget.formatted(fields(33, 1, "1")),
            budget.formatted(fields(1, 65, "1")),
            budget.formatted(fields(1, 1, Long.toString(large + 1))),
            budget.formatted("\"a b\":1"),
            budget.formatted("\"a\":1},\"budget_reserve\":{\"a\":2"),
            retry.formatted("\"max_attempts\":1001"),
            retry.formatted("\"max_attempts\":2,\"backoff\":\"P367D\""),
            retry.formatted("\"max_attempts\":2,\"backoff\":\"PT3S\",\"max_backoff\":\"PT2S\""));

    for (var body : beyond) {
      var answer = http.post(runs("bounds"), body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.json().path("detail").asText()).containsPattern("labels|budget|retry");
    }
    for (var body : atBounds) {
      var id = submit("bounds", body).json().path("run_id").asText();
      assertThat(end("bounds", id).path("status").asText()).as(body).isEqualTo("SUCCEEDED");
    }
  }

  /** So many members of an object, whose names have so many characters. */
  private static String fields(int count, int chars, String value) {
    return IntStream.range(0, count)
        .mapToObj(
            n -> {
              var tail = Integer.toString(n);
              return "\"" + "n".repeat(Math.max(0, chars - tail.length())) + tail + "\":" + value;
            })
        .collect(Collectors.joining(","));
  }

  @Test
  void aRepeatedRunIdChangesNothing() throws Exception {
    var body = "{\"agent\":\"echo\",\"run_id\":\"r.1:a_b-C\",\"input\":\"first\"}";
    submit("repeat", body);
    var again = submit("repeat", body);
    assertThat(end("repeat", "r.1:a_b-C").path("output").asText()).isEqualTo("first");
    assertThat(again.json().path("run_id").asText()).isEqualTo("r.1:a_b-C");
    assertThat(http.get(runs("repeat")).json().path("runs")).hasSize(1);
  }

  @Test
  void badInputIs400AndNamesTheField() throws Exception {
    var bad =
        List.of(
            List.of("{\"agent\":\"echo\",\"prio\":1}", "unknown field prio"),
            List.of("{}", "agent"),
            List.of("", "agent"),
            List.of("[]", "JSON object"),
            List.of("{\"agent\":", "invalid JSON"),
            List.of("{\"agent\":\"echo\"} x", "invalid JSON"),
            List.of("{\"agent\":\"echo\",\"agent\":\"b\"}", "already has a member \"agent\""),
            List.of("{\"agent\":7}", "agent must be a string, got 7"),
            List.of("{\"agent\":\"a b\"}", "agent must match"),
            List.of("{\"agent\":\"echo\",\"run_id\":\"a~1\"}", "run_id must match"),
            List.of("{\"agent\":\"echo\",\"pool\":\"A\"}", "pool must match"),
            List.of("{\"agent\":\"echo\",\"priority\":101}", "priority must be -100 to 100"),
            List.of("{\"agent\":\"echo\",\"priority\":1.5}", "priority must be an integer"),
            List.of("{\"agent\":\"echo\",\"labels\":{\"a\":1}}", "labels.a must be a string"),
            List.of("{\"agent\":\"echo\",\"budget\":{\"a\":1.5}}", "budget.a must be an integer"),
            List.of("{\"agent\":\"echo\",\"max_duration\":\"1h\"}", "max_duration must be an ISO"),
            List.of("{\"agent\":\"echo\",\"max_duration\":\"-PT1S\"}", "max_duration must be PT0"),
            List.of(
                "{\"agent\":\"echo\",\"start_at\":\"tomorrow\"}", "start_at must be an RFC 3339"),
            List.of("{\"agent\":\"echo\",\"expires_at\":5}", "expires_at must be a string"));
    for (var each : bad) {
      http.post(runs("bad"), each.get(0)).assertProblem(400, each.get(1));
    }
    http.post(runs("bad"), "{\"agent\":\"echo\",\"run_id\":\"r\"}", "Idempotency-Key", "k")
        .assertProblem(400, "run_id", "Idempotency-Key");
    http.post(runs("bad"), "{\"agent\":\"echo\"}", "Idempotency-Key", "x".repeat(300))
        .assertProblem(400, "Idempotency-Key must have 1 to 256 characters");
    http.post(runs("bad%20tenant"), "{\"agent\":\"echo\"}").assertProblem(400, "tenant must match");
    http.post(run("bad", "r%20r") + "/cancel", "").assertProblem(400, "run_id must match");
    assertThat(http.get(runs("bad")).json().path("runs")).isEmpty();
  }

  @Test
  void whatIsTooLargeIs413WithTheLimit() throws Exception {
    var input = "{\"agent\":\"echo\",\"input\":\"" + "x".repeat(1_500_000) + "\"}";
    http.post(runs("large"), input).assertProblem(413, "input", "1048576");
    var body = "{\"agent\":\"echo\",\"input\":\"" + "x".repeat(5 * 1024 * 1024) + "\"}";
    http.post(runs("large"), body).assertProblem(413, "4194304");
    var most = "{\"agent\":\"echo\",\"input\":\"" + "x".repeat(1024 * 1024 - 2) + "\"}";
    var id = submit("large", most).json().path("run_id").asText();
    var ended = end("large", id);
    assertThat(ended.path("output").asText()).hasSize(1024 * 1024 - 2);
  }

  @Test
  void aFullQueueIs429WithRetryAfter() throws Exception {
    http.put("/v1/tenants/full", "{\"paused\":true,\"max_queued\":1}");
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.get("/v1/tenants/full").json().path("paused").asBoolean());
    submit("full", "{\"agent\":\"echo\",\"run_id\":\"one\"}");

    var refused =
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(
                () -> http.post(runs("full"), "{\"agent\":\"echo\"}"),
                answer -> answer.status() == 429);
    refused.assertProblem(429, "the queue of tenant full is full");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
    // Those that came before anybody knew are refused by the gate.
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () -> http.get(runs("full") + "?status=REJECTED").json().path("runs"),
            rejected ->
                !rejected.isEmpty()
                    && rejected.get(0).path("error").path("type").asText().equals("QueueFull"));
  }

  @Test
  void whatIsRefusedForWantOfRoomMayComeAgainUnderTheSameId() throws Exception {
    http.put("/v1/tenants/crowded", "{\"paused\":true,\"max_live\":1}");
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.get("/v1/tenants/crowded").json().path("paused").asBoolean());
    submit("crowded", "{\"agent\":\"echo\",\"run_id\":\"one\"}");
    var two = "{\"agent\":\"echo\",\"run_id\":\"two\",\"input\":2}";
    var location = submit("crowded", two).header("Location");
    var refused = http.get(location + "&wait=PT20S").json();
    // The gate has refused it just now, so nothing of the tenant is sent for some seconds.
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.post(runs("crowded"), two).status() == 429);
    http.post(run("crowded", "one") + "/cancel", "");
    end("crowded", "one");
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.post(runs("crowded"), two).status() == 202);
    http.put("/v1/tenants/crowded", "{\"max_live\":1}");
    var ended =
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(
                () -> http.get(run("crowded", "two") + "?wait=PT5S").json(),
                answer -> answer.path("status").asText().equals("SUCCEEDED"));

    assertThat(refused.path("status").asText()).isEqualTo("REJECTED");
    assertThat(refused.path("retryable").asBoolean()).isTrue();
    assertThat(refused.path("error").path("message").asText()).contains("max_live is 1");
    assertThat(ended.path("output").asInt()).isEqualTo(2);
    assertThat(ended.has("retryable")).isFalse();
  }

  // --- reading

  @Test
  void aGetWithTheLocationIsNever404() throws Exception {
    for (int i = 0; i < 150; i++) {
      var body = i % 3 == 0 ? "{\"agent\":\"echo\",\"pool\":\"nowhere\"}" : "{\"agent\":\"echo\"}";
      var accepted = submit("location", body);
      var found = http.get(accepted.header("Location"));
      assertThat(found.status()).as("%s after %s", found.http().body(), accepted).isEqualTo(200);
      assertThat(found.json().path("run_id")).isEqualTo(accepted.json().path("run_id"));
      assertThat(found.json().path("status").asText())
          .isIn("SUBMITTED", "QUEUED", "WAITING", "DISPATCHED", "RUNNING", "SUCCEEDED");
    }
    http.get(run("location", "r") + "?at=1").assertProblem(400, "at must be");
    http.get(run("location", "r") + "?at=claims-0-1").assertProblem(400, "at must be");
  }

  @Test
  void whatTheGateHasNotPassedIsSubmitted() throws Exception {
    // Nothing will ever stand there: no gate can have passed it.
    for (var place : List.of("submissions-0-999999999", "runs-0-999999999", "0-999999999")) {
      var answer = http.get(run("future", "r") + "?at=" + place);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().path("status").asText()).isEqualTo("SUBMITTED");
      assertThat(answer.json().path("run_id").asText()).isEqualTo("r");
    }
  }

  @Test
  void aGetWithWaitAnswersWhenTheRunHasEndedOrAfterTheWait() throws Exception {
    submit(
        "wait", "{\"agent\":\"probe\",\"run_id\":\"r\",\"input\":{\"steps\":3,\"step_ms\":300}}");
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.get(run("wait", "r")).json().path("status").asText().equals("RUNNING"));
    var early = http.get(run("wait", "r") + "?wait=PT0.001S").json();
    assertThat(early.path("status").asText()).isEqualTo("RUNNING");
    assertThat(early.has("completed_at")).isFalse();

    long began = System.nanoTime();
    var ended = http.get(run("wait", "r") + "?wait=PT60S").json();
    assertThat(ended.path("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("output").path("steps").asInt()).isEqualTo(3);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(45));

    http.get(run("wait", "r") + "?wait=PT61S").assertProblem(400, "wait must be PT0S to PT60S");
    http.get(run("wait", "r") + "?wait=soon").assertProblem(400, "wait must be an ISO-8601");
  }

  @Test
  void whatIsNotThereIs404() throws Exception {
    http.get(run("nobody", "r")).assertProblem(404, "no run r of tenant nobody");
    http.get(run("nobody", "r") + "/journal").assertProblem(404, "no run r of tenant nobody");
    http.get("/v1/tenants/nobody/commands?id=c").assertProblem(404, "nothing was decided");
    http.get("/v2/anything").assertProblem(404, "/v2/anything");
    http.delete("/v1/tenants/nobody").assertProblem(405, "DELETE");
  }

  @Test
  void listsNewestFirstByFilterAndPage() throws Exception {
    var submitted = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      var id = "r" + i;
      submit(
          "list",
          i == 3
              ? "{\"agent\":\"probe\",\"run_id\":\"r3\",\"input\":{\"steps\":1,\"step_ms\":1},"
                  + "\"labels\":{\"k\":\"a:b\"}}"
              : "{\"agent\":\"echo\",\"run_id\":\"" + id + "\"}");
      end("list", id);
      submitted.add(0, id);
    }
    assertThat(ids(http.get(runs("list")))).isEqualTo(submitted);
    assertThat(http.get(runs("list")).json().path("next").isNull()).isTrue();
    assertThat(ids(http.get(runs("list") + "?agent=probe"))).containsExactly("r3");
    assertThat(ids(http.get(runs("list") + "?label=k:a:b"))).containsExactly("r3");
    assertThat(ids(http.get(runs("list") + "?label=k:a"))).isEmpty();
    assertThat(ids(http.get(runs("list") + "?status=SUCCEEDED&agent=echo"))).hasSize(6);
    assertThat(ids(http.get(runs("list") + "?status=RUNNING"))).isEmpty();
    assertThat(ids(http.get(runs("nobody")))).isEmpty();

    var paged = new ArrayList<String>();
    String after = "";
    int pages = 0;
    do {
      var page = http.get(runs("list") + "?limit=3" + after);
      paged.addAll(ids(page));
      after =
          page.json().path("next").isNull() ? "" : "&after=" + page.json().path("next").asText();
      pages++;
    } while (!after.isEmpty());
    assertThat(paged).isEqualTo(submitted);
    assertThat(pages).isEqualTo(3);

    http.get(runs("list") + "?limit=0").assertProblem(400, "limit must be 1 to 1000, got 0");
    http.get(runs("list") + "?limit=1001").assertProblem(400, "limit");
    http.get(runs("list") + "?label=k").assertProblem(400, "label must be key:value");
    http.get(runs("list") + "?status=DONE").assertProblem(400, "status must be one of");
    http.get(runs("list") + "?after=%25").assertProblem(400, "after");
  }

  private static List<String> ids(HttpCaller.Answer page) {
    assertThat(page.status()).as(page.http().body()).isEqualTo(200);
    return StreamSupport.stream(page.json().path("runs").spliterator(), false)
        .map(run -> run.path("run_id").asText())
        .toList();
  }

  @Test
  void showsARunsSteps() throws Exception {
    submit("steps", "{\"agent\":\"probe\",\"run_id\":\"r\",\"input\":{\"steps\":3,\"step_ms\":1}}");
    assertThat(end("steps", "r").path("steps").asInt()).isEqualTo(3);

    var steps =
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(
                () -> http.get(run("steps", "r") + "/journal").json(),
                page -> page.path("steps").size() == 3);
    assertThat(steps.path("next").isNull()).isTrue();
    var seqs = new ArrayList<Integer>();
    steps.path("steps").forEach(step -> seqs.add(step.path("seq").asInt()));
    assertThat(seqs).containsExactly(1, 2, 3);
    assertThat(steps.path("steps").get(0).path("name").asText()).isNotEmpty();
    assertThat(steps.path("steps").get(0).path("epoch").asInt()).isEqualTo(1);

    var first = http.get(run("steps", "r") + "/journal?limit=2").json();
    assertThat(first.path("steps")).hasSize(2);
    var rest =
        http.get(run("steps", "r") + "/journal?limit=2&after=" + first.path("next").asText());
    assertThat(rest.json().path("steps")).hasSize(1);
    var kinds = new HashSet<String>();
    http.get(run("steps", "r") + "/journal?all=true")
        .json()
        .path("steps")
        .forEach(record -> kinds.add(record.path("kind").asText()));
    assertThat(kinds).contains("INPUT", "STEP", "END");
  }

  @Test
  void showsWhatARunWasGivenWhatItsStepsReturnedAndWhereOneFailed() throws Exception {
    submit(
        "values", "{\"agent\":\"probe\",\"run_id\":\"r\",\"input\":{\"steps\":3,\"fail_at\":3}}");
    end("values", "r");
    var path = run("values", "r") + "/journal?all=true&values=true";

    var steps =
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .ignoreExceptions() // a busy machine may not read them within the second
            .until(
                () -> http.get(path).json().path("steps"),
                page -> page.findValuesAsText("kind").contains("END"));
    assertThat(steps.path(0).at("/value/steps").asInt()).isEqualTo(3);
    assertThat(steps.path(1).path("kind").asText()).isEqualTo("STEP");
    assertThat(steps.path(1).has("value")).isTrue();
    var end = steps.path(steps.size() - 1);
    assertThat(end.at("/error/stack_trace").asText()).contains("ProbeAgent");

    var plain = http.get(run("values", "r") + "/journal?all=true").json();
    assertThat(plain.path("steps").findValues("value")).isEmpty();
    http.get(run("values", "r") + "/journal?values=yes").assertProblem(400, "values must be true");
  }

  // --- tenants

  @Test
  void replacesATenantsLimitsAndShowsItsDepths() throws Exception {
    var put =
        http.put(
            "/v1/tenants/limits",
            "{\"plan\":\"pro\",\"max_in_flight\":3,\"weight\":2.5,\"max_queued\":10,\"paused\":true}");
    assertThat(put.status()).isEqualTo(200);
    var shown =
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(
                () -> http.get("/v1/tenants/limits").json(),
                tenant -> tenant.path("cap").asInt() == 3 && tenant.has("limits"));
    assertThat(shown.path("limits").path("plan").asText()).isEqualTo("pro");
    assertThat(shown.path("limits").path("weight").asDouble()).isEqualTo(2.5);
    assertThat(shown.path("paused").asBoolean()).isTrue();
    for (var depth : List.of("in_flight", "held", "ready")) {
      assertThat(shown.path(depth).isInt()).as(depth).isTrue();
    }

    submit("limits", "{\"agent\":\"echo\",\"run_id\":\"r\"}");
    var waiting =
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(
                () -> http.get("/v1/tenants/limits").json(),
                tenant -> tenant.path("held").asInt() == 1);
    assertThat(Duration.parse(waiting.path("oldest_held").asText())).isPositive();
    var held = http.get(run("limits", "r")).json();
    assertThat(held.path("status").asText()).isEqualTo("QUEUED");
    assertThat(held.path("waiting_for").asText()).isEqualTo("paused");

    // What is absent is null: the plan's value, and not paused.
    http.put("/v1/tenants/limits", "{\"plan\":\"pro\"}");
    assertThat(end("limits", "r").path("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(http.get("/v1/tenants/limits").json().path("cap").asInt()).isEqualTo(20);
    assertThat(http.get("/v1/tenants/limits").json().path("limits").path("max_queued").isNull())
        .isTrue();
  }

  @Test
  void replacesLimitsOnlyIfTheyAreThoseThatTheCallerHasSeen() throws Exception {
    var path = "/v1/tenants/seen";
    assertThat(http.get(path).header("ETag")).isEmpty();
    var first = http.put(path, "{\"max_in_flight\":3}", "If-None-Match", "*");
    assertThat(first.status()).as(first.http().body()).isEqualTo(200);
    assertThat(first.json().path("decision").asText()).isEqualTo("TENANT");
    http.put(path, "{\"max_in_flight\":4}", "If-None-Match", "*")
        .assertProblem(412, "no limits were to be replaced");

    var seen = first.header("ETag");
    var second = http.put(path, "{\"max_in_flight\":5}", "If-Match", seen);
    assertThat(second.status()).as(second.http().body()).isEqualTo(200);
    http.put(path, "{\"max_in_flight\":6}", "If-Match", seen)
        .assertProblem(412, "were to be replaced, and those at");
    http.put(path, "{}", "If-Match", "*").assertProblem(400, "If-Match must be one ETag");

    var shown =
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(
                () -> http.get(path),
                tenant -> tenant.json().path("limits").path("max_in_flight").asInt() == 5);
    assertThat(shown.json().path("cap").asInt()).isEqualTo(5);
    assertThat(shown.header("ETag")).isEqualTo("\"" + shown.json().path("limits_at") + "\"");
    var asked = http.get(first.header("Location") + "&wait=PT5S").json();
    assertThat(asked.path("decision").asText()).isEqualTo("TENANT");
    http.get(path + "/limits?at=runs-0-1").assertProblem(400, "at must be");
    http.get(path + "/limits?at=tenants-0-99999").assertProblem(404, "nothing was decided");
  }

  /** Each adds one to what it has seen: none is lost, however many come too late. */
  @Test
  void callersThatChangeLimitsAtOnceUndoNothing() throws Exception {
    var path = "/v1/tenants/counted";
    http.put(path, "{\"max_live\":0,\"weight\":1}", "If-None-Match", "*");
    int callers = 4;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (int i = 0; i < callers; i++) {
        all.add(threads.submit(() -> addOne(path)));
      }
      for (var one : all) {
        one.get(TestCluster.BOUND.toSeconds(), TimeUnit.SECONDS);
      }
    }
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .untilAsserted(
            () ->
                assertThat(http.get(path).json().at("/limits/max_live").asInt())
                    .isEqualTo(callers));
  }

  private static Void addOne(String path) throws Exception {
    HttpCaller.Answer answer;
    do {
      var seen = http.get(path);
      int next = seen.json().at("/limits/max_live").asInt() + 1;
      var body = "{\"weight\":1,\"max_live\":" + next + "}";
      answer = http.put(path, body, "If-Match", seen.header("ETag"));
    } while (answer.status() == 412);
    assertThat(answer.status()).as(answer.http().body()).isEqualTo(200);
    return null;
  }

  @Test
  void listsTenantsByPage() throws Exception {
    for (var name : List.of("page-a", "page-b", "page-c")) {
      http.put("/v1/tenants/" + name, "{}");
    }
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> tenants().containsAll(List.of("page-a", "page-b", "page-c")));
    assertThat(tenants()).isSorted().doesNotHaveDuplicates();
    assertThat(http.get("/v1/tenants?limit=1").json().path("tenants")).hasSize(1);
  }

  private static List<String> tenants() throws Exception {
    var names = new ArrayList<String>();
    var after = "";
    do {
      var page = http.get("/v1/tenants?limit=2" + after).json();
      page.path("tenants").forEach(tenant -> names.add(tenant.path("tenant").asText()));
      after = page.path("next").isNull() ? "" : "&after=" + page.path("next").asText();
    } while (!after.isEmpty());
    return names;
  }

  @Test
  void badLimitsAre400AndNameTheField() throws Exception {
    var bad =
        List.of(
            List.of("{\"cap\":1}", "unknown field cap"),
            List.of("{\"max_in_flight\":-1}", "max_in_flight must be at least 0"),
            List.of("{\"max_in_flight\":\"3\"}", "max_in_flight must be an integer"),
            List.of("{\"weight\":0}", "weight must be above 0"),
            List.of("{\"max_attempts\":0}", "max_attempts must be at least 1"),
            List.of("{\"max_steps\":100001}", "max_steps must be 1 to 100000"),
            List.of("{\"max_children\":10001}", "max_children must be 0 to 10000"),
            List.of("{\"paused\":\"yes\"}", "paused must be true or false"));
    for (var each : bad) {
      http.put("/v1/tenants/bad-limits", each.get(0)).assertProblem(400, each.get(1));
    }
    http.put("/v1/tenants/bad%20limits", "{}").assertProblem(400, "tenant must match");
  }

  // --- asking a run to end

  @Test
  void cancelsAQueuedRunAndARunningOne() throws Exception {
    pause("cancel");
    submit("cancel", "{\"agent\":\"echo\",\"run_id\":\"queued\"}");
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.get(run("cancel", "queued")).status() == 200);
    assertThat(http.post(run("cancel", "queued") + "/cancel", "").status()).isEqualTo(202);
    assertThat(end("cancel", "queued").path("status").asText()).isEqualTo("CANCELLED");

    http.put("/v1/tenants/cancel", "{}");
    submit(
        "cancel",
        "{\"agent\":\"probe\",\"run_id\":\"running\",\"input\":{\"steps\":500,\"step_ms\":100}}");
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () ->
                http.get(run("cancel", "running"))
                    .json()
                    .path("status")
                    .asText()
                    .equals("RUNNING"));
    assertThat(http.post(run("cancel", "running") + "/cancel", "").status()).isEqualTo(202);
    assertThat(end("cancel", "running").path("status").asText()).isEqualTo("CANCELLED");
  }

  @Test
  void showsWhyARunFailedAndWhatIsDead() throws Exception {
    bed.cluster.send(Topics.RUNS, "x", "no record at all");
    submit("fail", "{\"agent\":\"nobody\",\"run_id\":\"r\"}");
    var dead = end("fail", "r");
    assertThat(dead.path("status").asText()).isEqualTo("DEAD");
    assertThat(dead.path("error").path("type").asText()).isEqualTo("UnknownAgent");

    var letters =
        Awaitility.await()
            .atMost(TestCluster.BOUND)
            .until(
                () -> http.get("/v1/dead-letters").json().path("dead_letters"),
                found -> found.size() >= 2);
    var kinds = new HashSet<String>();
    letters.forEach(letter -> kinds.add(letter.path("kind").asText()));
    assertThat(kinds).containsExactlyInAnyOrder("UNREADABLE", "DEAD_RUN");
  }

  // --- operators

  @Test
  void everyProcessTellsItsHealthAndItsMeasures() throws Exception {
    submit("measured", "{\"agent\":\"echo\",\"run_id\":\"r\"}");
    end("measured", "r");
    http.get("/v2");
    for (var address : List.of(bed.gateway.address(), bed.catalog.address(), bed.gate.probes())) {
      var caller = new HttpCaller(address);
      assertThat(caller.get("/healthz").status()).isEqualTo(200);
      assertThat(caller.get("/readyz").status()).isEqualTo(200);
      var metrics = caller.get("/metrics");
      assertThat(metrics.header("Content-Type")).startsWith("text/plain; version=0.0.4");
      PrometheusText.check(metrics.http().body());
    }
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () ->
                new HttpCaller(bed.gate.probes())
                    .get("/metrics")
                    .http()
                    .body()
                    .contains("sluice_tenant_in_flight{tenant="));
  }

  @Test
  void noMeasureIsLostToAGarbageCollection() throws Exception {
    submit("collected", "{\"agent\":\"echo\",\"run_id\":\"r\"}");
    end("collected", "r");
    collectGarbage();
    for (var address : List.of(bed.gateway.address(), bed.catalog.address(), bed.gate.probes())) {
      var metrics = new HttpCaller(address).get("/metrics").http().body();
      assertThat(metrics.lines().filter(line -> line.startsWith("sluice_")))
          .as(address.toString())
          .isNotEmpty()
          .noneMatch(line -> line.endsWith(" NaN"));
    }
  }

  /** What nobody holds on to is gone when this returns. */
  private static void collectGarbage() {
    var unheld = new WeakReference<>(new Object());
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(
            () -> {
              System.gc();
              return unheld.get() == null;
            });
  }
}
