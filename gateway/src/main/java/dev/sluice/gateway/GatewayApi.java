package dev.sluice.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.BodyHashes;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.TraceParents;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.CommandKind;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;

/** The HTTP API: writes become records here, reads are passed on to a catalog. */
final class GatewayApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BODY_BYTES = 4 * 1024 * 1024;
  private static final int FEW_FIELDS = 64 * 1024;
  private static final int NO_FIELDS = 1024;
  static final String IDEMPOTENCY_KEY = "idempotency-key";

  private final String prefix;
  private final RecordSender sender;
  private final Catalogs catalogs;
  private final GatewayMeasures measures;
  private final Serializer<RunSubmitted> runs;
  private final CommandApi commands;
  private final Bodies bodies;
  private final TenantApi tenants;

  GatewayApi(
      String prefix,
      SluiceSerdes serdes,
      RecordSender sender,
      Catalogs catalogs,
      GatewayMeasures measures) {
    this.prefix = prefix;
    this.sender = sender;
    this.catalogs = catalogs;
    this.measures = measures;
    runs = serdes.serializer(RunSubmitted.class);
    commands = new CommandApi(prefix, serdes, sender, catalogs);
    bodies = new Bodies(catalogs);
    tenants = new TenantApi(prefix, serdes, sender, catalogs);
    sender.warmUp(
        serdes,
        Map.of(
            Topics.SUBMISSIONS,
            RunSubmitted.newBuilder().setRunId("w").setTenant("w").setAgent("w").build(),
            Topics.COMMANDS,
            RunCommand.newBuilder()
                .setCommandId("w")
                .setTenant("w")
                .setRunId("w")
                .setKind(CommandKind.CANCEL)
                .build(),
            Topics.TENANTS,
            TenantLimits.newBuilder().setTenant("w").build(),
            Topics.SETTINGS,
            SettingsApi.SAMPLE));
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/tenants/{tenant}/runs", MAX_BODY_BYTES, this::submit).asking("wait"),
        Route.post("/v1/tenants/{tenant}/runs/{run}/cancel", NO_FIELDS, commands::cancel)
            .asking("wait"),
        Route.post("/v1/tenants/{tenant}/runs/{run}/signals/{name}", 0, commands::signal)
            .taking(Route.Body.TYPED, Bounds.VALUE_BYTES)
            .asking("wait"),
        Route.post("/v1/dead-letters/redrive", FEW_FIELDS, commands::redriveAll),
        Route.post("/v1/dead-letters/{tenant}/{run}/redrive", NO_FIELDS, commands::redrive)
            .asking("wait"),
        Route.put("/v1/tenants/{tenant}", FEW_FIELDS, tenants::put),
        forwarded("/v1/settings"),
        forwarded("/v1/settings/pools/{name}"),
        forwarded("/v1/settings/plans/{name}"),
        forwarded("/v1/settings/agents/{name}"),
        forwarded("/v1/settings/values/{name}"),
        forwarded("/v1/tenants"),
        forwarded("/v1/tenants/{tenant}"),
        forwarded("/v1/tenants/{tenant}/runs"),
        forwarded("/v1/tenants/{tenant}/runs/{run}"),
        forwarded("/v1/tenants/{tenant}/runs/{run}/journal"),
        forwarded("/v1/tenants/{tenant}/commands"),
        forwarded("/v1/tenants/{tenant}/limits"),
        forwarded("/v1/dead-letters"),
        forwarded("/v1/agents"),
        forwarded("/v1/pools/{pool}/scaling"));
  }

  /** Names and the query are looked at by the catalog, by the same rules. */
  private Route forwarded(String template) {
    return Route.get(template, this::forward).askingAnything();
  }

  private Answer submit(Request request) throws InterruptedException {
    var tenant = request.parameter("tenant");
    var key = request.header(IDEMPOTENCY_KEY);
    var run = Requests.submission(tenant, key, request.body(), System.currentTimeMillis());
    run.put("traceparent", TraceParents.valid(request.header(TraceParents.HEADER)));
    var wait = Requests.wait(request.query("wait"));
    if (catalogs.isQueueFull(tenant)) {
      throw Problem.tooMany("the queue of tenant " + tenant + " is full");
    }
    var sent = bodies.look(run);
    long began = System.nanoTime();
    var at = send(tenant, run);
    measures.accepted(System.nanoTime() - began);
    sent.check();
    var place = Topics.SUBMISSIONS + "-" + at.partition() + "-" + at.offset();
    var location = "/v1/tenants/" + tenant + "/runs/" + run.getRunId() + "?at=" + place;
    var json = JSON.createObjectNode().put("run_id", run.getRunId()).put("status", "SUBMITTED");
    var said = wait.isZero() ? null : catalogs.decision(tenant, place, wait);
    if (said == null) {
      return Answer.json(202, json.toString()).with("Location", location);
    }
    if (said.path("reason").asText().equals(BodyHashes.OTHER_BODY)) {
      throw Bodies.conflict(run);
    }
    json.put("decision", said.path("decision").asText());
    json.put("reason", said.path("reason").asText());
    return Answer.json(200, json.toString()).with("Location", location);
  }

  private RecordMetadata send(String tenant, RunSubmitted run) {
    try {
      return sender.send(
          prefix + Topics.SUBMISSIONS, tenant, runs, run, "run_id " + run.getRunId());
    } catch (Problem problem) {
      throw problem.about("run_id", run.getRunId());
    }
  }

  private Answer forward(Request request) throws InterruptedException {
    return catalogs.forward(request);
  }
}
