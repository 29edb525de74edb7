package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.Bounds;
import dev.sluice.v1.RetryPolicy;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The description of the HTTP interface and the interface itself say the same. */
final class HttpDescriptionIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpDescription DESCRIPTION = HttpDescription.shared();
  private static final String TENANT = "/v1/tenants/described";
  private static final String RUNS = TENANT + "/runs";

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

  @Test
  void aParserOfOthersReadsTheDescription() {
    var read = new OpenAPIV3Parser().readLocation("../docs/http-api/openapi.yaml", null, null);

    assertThat(read.getMessages()).isEmpty();
    assertThat(read.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");
  }

  /** That each answer is as described is checked by the caller, here and in all other tests. */
  @Test
  void everyOperationIsAnsweredAsDescribed() throws Exception {
    var at = http.put(TENANT, "{\"max_in_flight\":3}").json().path("at").asText();
    http.get(TENANT + "/limits?wait=PT5S&at=" + at);
    http.get(TENANT);
    http.get("/v1/tenants");
    for (var setting :
        List.of(
            "/v1/settings/pools/described",
            "/v1/settings/plans/described",
            "/v1/settings/agents/described",
            "/v1/settings/values/max.unanswered")) {
      var value = setting.contains("/values/") ? "{\"number\":64}" : "{}";
      assertThat(http.put(setting, value).status()).isEqualTo(200);
      Awaitility.await().atMost(TestCluster.BOUND).until(() -> http.get(setting).status() == 200);
      http.get("/v1/settings");
      http.delete(setting);
      Awaitility.await().atMost(TestCluster.BOUND).until(() -> http.get(setting).status() == 404);
    }
    var tree =
        "{\"run_id\":\"tree\",\"agent\":\"tree\",\"labels\":{\"a\":\"b\"},\"budget\":{\"m\":99},"
            + "\"input\":{\"fan_out\":2,\"depth\":1,\"step_ms\":1,\"charge\":{\"m\":1}}}";
    http.post(RUNS, tree);
    var ended = http.get(RUNS + "/tree?wait=PT60S&at=submissions-0-0").json();
    assertThat(ended.path("status").asText()).isEqualTo("SUCCEEDED");
    http.post(RUNS, "{\"run_id\":\"failed\",\"agent\":\"probe\",\"input\":{\"fail_at\":1}}");
    assertThat(http.get(RUNS + "/failed?wait=PT60S").json().path("status").asText())
        .isEqualTo("FAILED");
    http.post(
        RUNS, "{\"run_id\":\"later\",\"agent\":\"echo\",\"start_at\":\"2100-01-01T00:00:00Z\"}");
    http.get(RUNS);
    http.get(RUNS + "?status=FAILED&agent=probe&limit=1");
    http.get(RUNS + "/tree/journal?all=true");
    http.get(RUNS + "/tree/journal?all=true&values=true");
    http.get(RUNS + "/failed/journal");
    http.get(RUNS + "/tree/events");
    http.get(RUNS + "/tree/output");
    EventCaller.open(bed.gateway.address() + TENANT + "/events", null).close();
    http.post(RUNS + "/later/signals/go", "{\"a\":1}");
    var cancel = http.post(RUNS + "/later/cancel?wait=PT60S", "").json();
    assertThat(cancel.path("decision").asText()).isNotEmpty();
    http.get(TENANT + "/commands?id=" + cancel.path("command_id").asText());
    http.get("/v1/dead-letters");
    awaitScaling();
    http.post("/v1/dead-letters/described/failed/redrive?wait=PT60S", "");
    http.post("/v1/dead-letters/redrive", "{\"tenant\":\"described\"}");
    var key = http.post("/v1/keys", "{\"tenant\":\"described\"}").json().path("id").asText();
    var next = http.post("/v1/keys/" + key + "/rotate", "{}").json().path("id").asText();
    http.get("/v1/keys");
    http.delete("/v1/keys/" + next);
    for (var probe : List.of("/healthz", "/readyz", "/readyz/submissions", "/metrics")) {
      http.get(probe);
    }

    var all = DESCRIPTION.operations().stream().map(HttpDescription.Operation::name).toList();
    assertThat(DESCRIPTION.answered()).containsAll(all);
  }

  /** A catalog that has just begun does not know yet how far it is behind. */
  private static void awaitScaling() throws Exception {
    Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> http.get("/v1/pools/default/scaling").status() == 200);
    assertThat(http.get("/v1/agents?agent=echo&pool=default").status()).isEqualTo(200);
  }

  @Test
  void everyPathTakesTheParametersThatAreDescribedAndNoOther() throws Exception {
    for (var operation : DESCRIPTION.operations()) {
      if (operation.path().startsWith("/v1/")) {
        var answer = ask(operation, "?no_such_parameter=1");
        var taken = operation.query(DESCRIPTION);
        answer.assertProblem(400, "unknown query parameter");
        var told = answer.json().path("detail").asText();
        assertThat(toldOf(told)).as(operation.name() + ": " + told).isEqualTo(taken);
      }
    }
  }

  private static Set<String> toldOf(String detail) {
    var list = detail.replaceFirst(".*; this path takes ", "");
    return list.equals("none") ? Set.of() : new TreeSet<>(List.of(list.split(", ")));
  }

  @Test
  void everyPathTakesTheMethodsThatAreDescribedAndNoOther() throws Exception {
    for (var operation : DESCRIPTION.operations()) {
      var described = new TreeSet<>(Set.of("OPTIONS"));
      for (var other : DESCRIPTION.operations()) {
        if (other.path().equals(operation.path())) {
          described.add(other.method().toUpperCase(Locale.ROOT));
        }
      }
      if (described.contains("GET")) {
        described.add("HEAD");
      }
      var refused = http.patch(filled(operation.path()));
      assertThat(refused.status()).as(operation.path()).isEqualTo(405);
      assertThat(new TreeSet<>(List.of(refused.header("Allow").split(", "))))
          .as(operation.path())
          .isEqualTo(described);
    }
  }

  private static HttpCaller.Answer ask(HttpDescription.Operation operation, String query)
      throws Exception {
    var path = filled(operation.path()) + query;
    return switch (operation.method()) {
      case "get" -> http.get(path);
      case "put" -> http.put(path, "{}");
      case "delete" -> http.delete(path);
      default -> http.post(path, "{}");
    };
  }

  private static String filled(String path) {
    return path.replace("{tenant}", "described")
        .replace("{run}", "r")
        .replace("{name}", "n")
        .replace("{id}", "0123456789ab")
        .replace("{pool}", "default");
  }

  // --- the schemas are the records' own

  private static JsonNode schema(String name) {
    return DESCRIPTION.root().path("components").path("schemas").path(name);
  }

  private static Set<String> fields(String name) {
    var fields = new TreeSet<String>();
    schema(name).path("properties").fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  /** Those of a record, and for each of milliseconds the name of HTTP beside it. */
  private static Set<String> fields(Schema record, String... others) {
    var fields = new TreeSet<String>();
    for (var field : record.getFields()) {
      if (!List.of(others).contains(field.name())) {
        fields.add(field.name());
        fields.add(field.name().replaceFirst("_ms$", ""));
      }
    }
    return fields;
  }

  @Test
  void everyFieldOfASubmissionIsDescribed() {
    // The path has the tenant; a body is JSON, and the gateway hashes it.
    assertThat(fields("Submission"))
        .isEqualTo(
            fields(
                RunSubmitted.getClassSchema(),
                "tenant",
                "content_type",
                "traceparent",
                "body_hash"));
    assertThat(fields("Retry")).isEqualTo(fields(RetryPolicy.getClassSchema()));
    assertThat(fields("TreeLimits")).isEqualTo(fields(RunLimits.getClassSchema()));
    assertThat(fields("Limits"))
        .isEqualTo(fields(TenantLimits.getClassSchema(), "tenant", "expected"));
  }

  @Test
  void everyStatusOfAnEndIsDescribed() {
    var described = new TreeSet<String>();
    schema("RunStatus").path("enum").forEach(one -> described.add(one.asText()));
    for (var end : RunStatus.values()) {
      assertThat(described).contains(end.name());
    }
  }

  @Test
  void theBoundsAreThoseOfTheCode() {
    var described =
        Map.of(
            "/TenantName/maxLength", Bounds.NAME_CHARS,
            "/RunId/maxLength", Bounds.NAME_CHARS,
            "/AnyRunId/maxLength", Bounds.RUN_ID_CHARS,
            "/Labels/maxProperties", Bounds.LABELS,
            "/Labels/additionalProperties/maxLength", Bounds.LABEL_VALUE_CHARS,
            "/Amounts/maxProperties", Bounds.METERS,
            "/Amounts/propertyNames/maxLength", Bounds.METER_CHARS,
            "/Submission/properties/priority/maximum", Bounds.PRIORITY,
            "/Retry/properties/max_attempts/maximum", Bounds.ATTEMPTS,
            "/Limits/properties/max_steps/maximum", Bounds.STEPS);
    described.forEach(
        (at, bound) ->
            assertThat(DESCRIPTION.root().at("/components/schemas" + at).asInt())
                .as(at)
                .isEqualTo(bound));
    assertThat(schema("Submission").at("/properties/max_duration_ms/maximum").asLong())
        .isEqualTo(Bounds.DURATION_MS);
    assertThat(schema("Amounts").at("/additionalProperties/maximum").asLong())
        .isEqualTo(Bounds.AMOUNT);
  }

  @Test
  void aSubmissionMayHaveEachFieldThatIsDescribed() throws Exception {
    var examples =
        JSON.readTree(
            """
            {"run_id":"one","agent":"echo","pool":"default","input":[1],"priority":1,
             "labels":{"a":"b"},"budget":{"m":1},"budget_reserve":{},"max_duration":"PT1M",
             "max_duration_ms":60000,"start_at":"2100-01-01T00:00:00Z","start_at_ms":1,
             "expires_at":"2100-01-01T00:00:00Z","expires_at_ms":4102444800000,
             "end_by":"2100-01-01T00:00:00Z","end_by_ms":4102444800000,
             "retry":{"max_attempts":2,"backoff":"PT1S","max_backoff_ms":2000},
             "limits":{"max_depth":1}}
            """);
    for (var field : fields("Submission")) {
      var body = JSON.createObjectNode().put("agent", "echo");
      var answer = http.post(RUNS, body.set(field, examples.path(field)).toString());
      assertThat(answer.status()).as(field + ": " + answer.json()).isEqualTo(202);
    }
    http.post(RUNS, "{\"agent\":\"echo\",\"no_such_field\":1}").assertProblem(400, "unknown field");
  }
}
