package dev.sluice.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.DeadLetterFilter;
import dev.sluice.client.Payload;
import dev.sluice.client.Retry;
import dev.sluice.client.RunFilter;
import dev.sluice.client.RunStatus;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Submission;
import dev.sluice.client.TenantLimits;
import dev.sluice.client.TreeLimits;
import dev.sluice.client.http.FakeGateway.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each call as it goes over the wire, and what its answer becomes. */
@Timeout(60)
final class HttpCallsTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
  private static final String ENDED =
      """
      {"run_id":"r","tenant":"t","agent":"echo","pool":"default","status":"SUCCEEDED","epoch":2,
       "attempt":1,"steps":3,"submitted_at":"2026-11-30T12:00:00Z","started_at":"2026-11-30T12:00:00Z",
       "completed_at":"2026-11-30T12:00:00Z","labels":{"a":"b"},"charged":{"tokens":7},"redrive":1,
       "parent_run_id":null,"root_run_id":"r","output": {"x" : 1.0,"x":2}}""";

  private final FakeGateway gateway = new FakeGateway();
  private final SluiceClient client =
      HttpSluiceClient.connect(gateway.options().trying(Retries.NEVER));

  @AfterEach
  void close() {
    client.close();
    gateway.close();
  }

  private FakeGateway.Asked asked() {
    assertThat(gateway.asked).hasSize(1);
    return gateway.asked.getFirst();
  }

  private void assertAsked(String method, String target) {
    assertThat(asked().method() + " " + asked().target()).isEqualTo(method + " " + target);
  }

  @Test
  void submitsAllThatASubmissionSays() {
    gateway.answering(
        Answer.of(
            202,
            "{\"run_id\":\"r\",\"status\":\"SUBMITTED\"}",
            "Location",
            "/v1/tenants/t/runs/r?at=submissions-0-7"));
    var run =
        Submission.of("t", "echo")
            .runId("r")
            .pool("gpu")
            .input(Payload.json("{ \"a\" : 1.0, \"\u00e4\":\"\\u0000\" }"))
            .priority(-3)
            .label("team", "a \"b\"\n\ud83d\ude00")
            .budget("tokens", 20)
            .budgetReserve("tokens", 2)
            .maxDuration(Duration.ofMinutes(5))
            .startAt(NOON)
            .expiresAt(NOON)
            .endBy(NOON)
            .retry(Retry.attempts(4))
            .limits(new TreeLimits(1, null, 3))
            .build();

    var submitted = client.submit(run);

    assertAsked("POST", "/v1/tenants/t/runs");
    assertThat(asked().header("Content-Type")).isEqualTo("application/json");
    assertThat(asked().header("Idempotency-Key")).isNull();
    assertThat(asked().text())
        .isEqualTo(
            "{\"run_id\":\"r\",\"agent\":\"echo\",\"pool\":\"gpu\","
                + "\"input\":{ \"a\" : 1.0, \"\u00e4\":\"\\u0000\" },\"priority\":-3,"
                + "\"labels\":{\"team\":\"a \\\"b\\\"\\u000a\\ud83d\\ude00\"},\"budget\":{\"tokens\":20},"
                + "\"budget_reserve\":{\"tokens\":2},\"max_duration\":\"PT5M\","
                + "\"start_at\":\"2026-11-30T12:00:00Z\",\"expires_at\":\"2026-11-30T12:00:00Z\","
                + "\"end_by\":\"2026-11-30T12:00:00Z\","
                + "\"retry\":{\"max_attempts\":4,\"backoff\":\"PT1S\",\"max_backoff\":\"PT1M\"},"
                + "\"limits\":{\"max_children\":1,\"max_descendants\":3}}");
    assertThat(submitted.tenant()).isEqualTo("t");
    assertThat(submitted.runId()).isEqualTo("r");

    gateway.answering(Answer.of(200, ENDED));
    assertThat(submitted.await(Duration.ofSeconds(5))).isPresent();
    assertThat(asked().target()).startsWith("/v1/tenants/t/runs/r?at=submissions-0-7&wait=PT");
    submitted.forget();
  }

  @Test
  void theSmallestSubmissionSaysItsIdAndItsAgent() {
    gateway.answering(Answer.of(202, "{\"run_id\":\"r\"}"));

    client.submit(Submission.of("t", "echo").build());

    assertThat(asked().text())
        .matches("\\{\"run_id\":\"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}\",\"agent\":\"echo\"}");
  }

  @Test
  void getsARunWithItsOutputBitByBit() {
    gateway.answering(Answer.of(200, ENDED));

    var run = client.get("t", "r/1 +").orElseThrow();

    assertAsked("GET", "/v1/tenants/t/runs/r%2F1%20%2B");
    assertThat(run.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(run.pool()).isEqualTo("default");
    var end = run.ended().orElseThrow();
    assertThat(end.result()).isEqualTo(Payload.json("{\"x\" : 1.0,\"x\":2}"));
    assertThat(end.charged()).isEqualTo(Map.of("tokens", 7L));
    assertThat(end.labels()).isEqualTo(Map.of("a", "b"));
    assertThat(end.completedAt()).isEqualTo(NOON);
    assertThat(end.epochs()).isEqualTo(2);
    assertThat(end.redrive()).isEqualTo(1);
    assertThat(end.parentRunId()).isNull();
    assertThat(end.rootRunId()).isEqualTo("r");
  }

  @Test
  void bytesThatAreNoJsonComeAsTheyAre() {
    gateway.answering(
        Answer.of(
            200,
            "{\"run_id\":\"r\",\"tenant\":\"t\",\"status\":\"SUCCEEDED\",\"output_base64\":\"AP8B\","
                + "\"content_type\":\"image/png\"}"));

    var end = client.await("t", "r", Duration.ZERO).orElseThrow();

    assertThat(end.result()).isEqualTo(new Payload(new byte[] {0, -1, 1}, "image/png"));
  }

  @Test
  void aFailureSaysWhy() {
    gateway.answering(
        Answer.of(
            200,
            "{\"run_id\":\"r\",\"tenant\":\"t\",\"status\":\"REJECTED\",\"retryable\":true,\"error\":"
                + "{\"type\":\"QueueFull\",\"message\":\"m\",\"step\":null}}"));

    var end = client.get("t", "r").flatMap(dev.sluice.client.Run::ended).orElseThrow();

    assertThat(Objects.requireNonNull(end.failure()).type()).isEqualTo("QueueFull");
    assertThat(end.retryable()).isTrue();
    assertThat(end.isSuccess()).isFalse();
  }

  @Test
  void whatNobodyKnowsIsEmpty() {
    gateway.answering(Answer.problem(404, "no such run"));

    assertThat(client.get("t", "r")).isEmpty();
    assertThat(client.await("t", "r", Duration.ZERO)).isEmpty();
    assertThat(client.decision("t", "c", Duration.ZERO)).isEmpty();
  }

  @Test
  void awaitsAsOftenAsTheGatewayCutsItShort() {
    var running = Answer.of(200, "{\"run_id\":\"r\",\"tenant\":\"t\",\"status\":\"RUNNING\"}");
    gateway.answering(running, Answer.problem(404, "not yet"), running, Answer.of(200, ENDED));

    assertThat(client.await("t", "r", Duration.ofHours(9))).isPresent();

    assertThat(gateway.asked).hasSize(4).allMatch(one -> one.target().endsWith("?wait=PT1M"));
  }

  @Test
  void aWaitEndsWithItsTime() {
    gateway.answering(Answer.of(200, "{\"run_id\":\"r\",\"tenant\":\"t\",\"status\":\"RUNNING\"}"));

    assertThat(client.await("t", "r", Duration.ofMillis(200))).isEmpty();

    assertThat(gateway.asked).hasSizeBetween(1, 5);
  }

  @Test
  void theEndBeforeARedriveIsNotTheRedrives() {
    gateway.answering(
        Answer.of(200, ENDED.replace("\"redrive\":1", "\"redrive\":0")), Answer.of(200, ENDED));

    var end = client.await("t", "r", Duration.ofMinutes(1), 1).orElseThrow();

    assertThat(end.redrive()).isEqualTo(1);
    assertThat(gateway.asked).hasSize(2).allMatch(one -> one.target().contains("redrive=1&wait="));
  }

  @Test
  void listsByEveryFilter() {
    gateway.answering(Answer.of(200, "{\"runs\":[" + ENDED + "],\"next\":null}"));
    var filter =
        RunFilter.ALL
            .withStatus(RunStatus.SUCCEEDED)
            .ofAgent("echo")
            .withLabel("team", "a b")
            .childrenOf("p~1")
            .inTreeOf("p")
            .pagesOf(7);

    assertThat(client.list("t", filter)).hasSize(1);

    assertAsked(
        "GET",
        "/v1/tenants/t/runs?agent=echo&label=team%3Aa+b&limit=7&parent=p%7E1&root=p&status=SUCCEEDED");
  }

  @Test
  void readsAJournalWithItsValues() {
    gateway.answering(
        Answer.of(
            200,
            """
            {"steps":[
              {"kind":"STEP","seq":4,"epoch":1,"worker":"w","name":"fetch","tries":2,"bytes":99,
               "started_at":"2026-11-30T12:00:00Z","ended_at":"2026-11-30T12:00:00Z","partition":3,
               "offset":5000000000,"charged":{"tokens":1},"value":[1,2]},
              {"kind":"YIELD","waiting_for":"signal"},
              {"kind":"STEP","value_base64":"AQ==","content_type":"application/octet-stream"}],
             "next":null}"""));

    var entries = client.journal("t", "r", true).toList();

    assertAsked("GET", "/v1/tenants/t/runs/r/journal?all=true&limit=1000&values=true");
    assertThat(entries).hasSize(3);
    assertThat(entries.get(0).value()).isEqualTo(Payload.json("[1,2]"));
    assertThat(entries.get(0).offset()).isEqualTo(5_000_000_000L);
    assertThat(entries.get(1).waitingFor()).isEqualTo("signal");
    assertThat(entries.get(1).seq()).isEqualTo(-1);
    assertThat(entries.get(2).value()).isEqualTo(Payload.octets(new byte[] {1}));
  }

  @Test
  void commandsAndTheirDecisions() {
    gateway.answering(Answer.of(202, "{\"run_id\":\"r\",\"command_id\":\"c\"}"));
    var sent = client.cancel("t", "r");
    assertAsked("POST", "/v1/tenants/t/runs/r/cancel");
    assertThat(asked().body()).isEmpty();
    assertThat(sent.commandId()).isEqualTo("c");
    assertThat(sent.redrive()).isNull();

    gateway.answering(Answer.of(202, "{\"run_id\":\"r\",\"command_id\":\"c\",\"name\":\"go\"}"));
    client.signal("t", "r", "go", Payload.octets(new byte[] {0, -1}), "key");
    assertAsked("POST", "/v1/tenants/t/runs/r/signals/go");
    assertThat(asked().header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(asked().header("Idempotency-Key")).isEqualTo("key");
    assertThat(asked().body()).isEqualTo(new byte[] {0, -1});

    gateway.answering(Answer.of(202, "{\"run_id\":\"r\",\"command_id\":\"c\",\"redrive\":2}"));
    assertThat(client.redrive("t", "r").redrive()).isEqualTo(2);
    assertAsked("POST", "/v1/dead-letters/t/r/redrive");

    gateway.answering(
        Answer.of(
            200,
            "{\"command_id\":\"c\",\"run_id\":\"r\",\"decision\":\"REFUSE\",\"reason\":\"why\"}"));
    var decision = client.decision("t", "c", Duration.ofSeconds(90)).orElseThrow();
    assertAsked("GET", "/v1/tenants/t/commands?id=c&wait=PT1M");
    assertThat(decision.isRefused()).isTrue();
    assertThat(decision.reason()).isEqualTo("why");
  }

  @Test
  void tenantsAreReadAndPut() {
    var json =
        """
        {"tenant":"t","limits":{"plan":"pro","weight":1.5,"paused":false},"cap":20,"paused":false,
         "in_flight":1,"held":2,"ready":3,"waiting":4,"oldest_held":"PT5S","full":true,
         "limits_refused":"why"}""";
    gateway.answering(Answer.of(200, json));
    var tenant = client.tenant("t");
    assertAsked("GET", "/v1/tenants/t");
    assertThat(tenant.limits().plan()).isEqualTo("pro");
    assertThat(tenant.limits().weight()).isEqualTo(1.5);
    assertThat(tenant.limits().paused()).isFalse();
    assertThat(tenant.limits().maxInFlight()).isNull();
    assertThat(tenant.oldestHeld()).isEqualTo(Duration.ofSeconds(5));
    assertThat(tenant.oldestReady()).isNull();
    assertThat(tenant.waiting()).isEqualTo(4);
    assertThat(tenant.limitsRefused()).isEqualTo("why");

    gateway.answering(Answer.of(200, "{\"tenants\":[" + json + "],\"next\":null}"));
    assertThat(client.tenants()).containsExactly(tenant);

    gateway.answering(Answer.of(200, "{\"tenant\":\"t\",\"at\":\"tenants-0-7\"}"));
    client.putTenant("t", tenant.limits().withMaxInFlight(3).withPaused(null));
    assertAsked("PUT", "/v1/tenants/t");
    assertThat(asked().text()).isEqualTo("{\"plan\":\"pro\",\"max_in_flight\":3,\"weight\":1.5}");

    gateway.answering(Answer.of(200, "{\"tenant\":\"t\",\"at\":\"tenants-0-7\"}"));
    assertThat(client.putTenant("t", TenantLimits.NONE))
        .isEqualTo(new TenantLimits.Sent("tenants-0-7", null));
    assertThat(asked().text()).isEqualTo("{}");
  }

  @Test
  void eachLimitCanBeSetAlone() {
    var limits =
        TenantLimits.ofPlan("p")
            .withMaxInFlight(1)
            .withWeight(2.0)
            .withMaxQueued(3)
            .withMaxLive(4)
            .withMaxChildren(5)
            .withMaxDepth(6)
            .withMaxDescendants(7)
            .withMaxAttempts(8)
            .withMaxSteps(9)
            .withPaused(true);
    assertThat(limits).isEqualTo(new TenantLimits("p", 1, 2.0, 3, 4, 5, 6, 7, 8, 9, true));
  }

  /** The gateway answers a conditional change when the gate has decided, which takes up to 5 s. */
  @Test
  void aConditionalChangeMayTakeAsLongAsTheDecisionBesides() {
    assertThat(ApiRequests.putTenant("t", new byte[0], 7).waits()).isEqualTo(Duration.ofSeconds(5));
    assertThat(ApiRequests.putTenant("t", new byte[0]).waits()).isZero();
  }

  @Test
  void limitsAreReplacedIfTheyAreStillThoseThatWereSeen() {
    gateway.answering(Answer.of(200, "{\"tenant\":\"t\",\"limits_at\":41}"));
    var seen = client.tenant("t");
    gateway.answering(
        Answer.of(
            200,
            """
            {"tenant":"t","at":"tenants-0-42","decision":"TENANT","reason":"set"}"""));
    assertThat(client.putTenant(seen, TenantLimits.NONE).decision())
        .isEqualTo(new TenantLimits.Verdict(true, "set"));
    assertThat(asked().header("If-Match")).isEqualTo("\"41\"");

    gateway.answering(Answer.of(200, "{\"tenant\":\"t\"}"));
    var unused = client.tenant("t");
    gateway.answering(Answer.problem(412, "others are in force"));
    assertThatThrownBy(() -> client.putTenant(unused, TenantLimits.NONE))
        .isInstanceOf(SluiceException.Conflict.class);
    assertThat(asked().header("If-None-Match")).isEqualTo("*");

    gateway.answering(
        Answer.of(200, "{\"tenant\":\"t\",\"limits\":{\"plan\":\"pro\",\"paused\":false}}"));
    var ofACatalogOfBefore = client.tenant("t");
    gateway.answering(Answer.of(200, "{\"tenant\":\"t\",\"at\":\"tenants-0-43\"}"));
    client.putTenant(ofACatalogOfBefore, TenantLimits.NONE.withWeight(2.0).withMaxLive(7));
    assertThat(asked().header("If-None-Match")).as("nobody knows where they stand").isNull();
    assertThat(asked().header("If-Match")).isNull();
    assertThat(asked().text()).isEqualTo("{\"weight\":2.0,\"max_live\":7}");

    gateway.answering(
        Answer.of(
            200,
            """
            {"tenant":"t","at":"tenants-0-42","decision":"REFUSE","reason":"no such plan"}"""));
    assertThat(client.limitsDecision("t", "tenants-0-42", Duration.ofSeconds(1)))
        .contains(new TenantLimits.Verdict(false, "no such plan"));
    assertAsked("GET", "/v1/tenants/t/limits?at=tenants-0-42&wait=PT1S");
  }

  @Test
  void deadLettersAreListedAndRedriven() {
    gateway.answering(
        Answer.of(
            200,
            """
            {"dead_letters":[
              {"kind":"DEAD_RUN","tenant":"t","run_id":"r","agent":"a","attempts":3,"redrive":1,
               "error":{"type":"X","message":"m","step":"s"}},
              {"kind":"UNREADABLE","tenant":null,"topic":"runs","partition":0,"offset":7,
               "at":"2026-11-30T12:00:00Z","reason":"no JSON"}],"next":null}"""));
    var letters =
        client
            .deadLetters(DeadLetterFilter.ALL.ofTenant("t").ofAgent("a").ofKind("DEAD_RUN"))
            .toList();
    assertAsked("GET", "/v1/dead-letters?agent=a&kind=DEAD_RUN&limit=100&tenant=t");
    assertThat(letters.get(0).attempts()).isEqualTo(3);
    assertThat(letters.get(0).offset()).isEqualTo(-1);
    assertThat(letters.get(1).offset()).isEqualTo(7);
    assertThat(letters.get(1).at()).isEqualTo(NOON);

    gateway.answering(
        Answer.of(
            202,
            "{\"requested\":1,\"redrives\":[{\"tenant\":\"t\",\"run_id\":\"r\",\"command_id\":\"c\"}]}"));
    var sent = client.redriveAll("t", null);
    assertAsked("POST", "/v1/dead-letters/redrive");
    assertThat(asked().text()).isEqualTo("{\"tenant\":\"t\"}");
    assertThat(sent.requested()).isEqualTo(1);
    assertThat(sent.first().getFirst().commandId()).isEqualTo("c");
  }

  @Test
  void aGatewayBehindAPathIsFoundThere() {
    gateway.answering(Answer.of(200, "{\"tenant\":\"t\",\"at\":\"tenants-0-7\"}"));
    try (var behind = HttpSluiceClient.connect(URI.create(gateway.uri() + "/sluice/"))) {
      behind.tenant("t");
    }

    assertAsked("GET", "/sluice/v1/tenants/t");
  }

  @Test
  void payloadsAreNotForLogs() {
    assertThat(Payload.json("\"secret\"")).hasToString("8 bytes of application/json");
    assertThat(Payload.json("1").text().getBytes(StandardCharsets.UTF_8)).hasSize(1);
  }
}
