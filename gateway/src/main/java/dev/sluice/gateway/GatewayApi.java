package dev.sluice.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.schemas.Topics;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.v1.CommandKind;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;

/** The HTTP API: writes become records here, reads are passed on to a catalog. */
final class GatewayApi implements HttpService {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BODY_BYTES = 4 * 1024 * 1024;
  static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");

  private static final QuietLog LOG = QuietLog.of(GatewayApi.class);

  private final String prefix;
  private final RecordSender sender;
  private final Catalogs catalogs;
  private final GatewayMeasures measures;
  private final Serializer<RunSubmitted> runs;
  private final CommandApi commands;
  private final Serializer<TenantLimits> tenants;

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
    tenants = serdes.serializer(TenantLimits.class);
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
            TenantLimits.newBuilder().setTenant("w").build()));
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .post("/tenants/{tenant}/runs", guarded(this::submit))
        .post("/tenants/{tenant}/runs/{run}/cancel", guarded(commands::cancel))
        .post("/tenants/{tenant}/runs/{run}/signals/{name}", guarded(commands::signal))
        .post("/dead-letters/redrive", guarded(commands::redriveAll))
        .post("/dead-letters/{tenant}/{run}/redrive", guarded(commands::redrive))
        .put("/tenants/{tenant}", guarded(this::putTenant))
        .get("/tenants", guarded(this::forward))
        .get("/tenants/{tenant}", guarded(this::forward))
        .get("/tenants/{tenant}/runs", guarded(this::forward))
        .get("/tenants/{tenant}/runs/{run}", guarded(this::forward))
        .get("/tenants/{tenant}/runs/{run}/journal", guarded(this::forward))
        .get("/dead-letters", guarded(this::forward));
  }

  private Handler guarded(Handler handler) {
    return (request, response) -> {
      try {
        handler.handle(request, response);
      } catch (Problem problem) {
        refuse(response, problem);
      } catch (RuntimeException e) {
        LOG.error("A request failed", e);
        refuse(response, Problem.internal());
      }
    };
  }

  /** Answers whatever no other route takes. */
  void noSuchPath(ServerRequest request, ServerResponse response) {
    var asked = request.prologue().method().text() + " " + request.path().absolute().path();
    refuse(response, Problem.notFound("there is nothing at " + asked));
  }

  private void refuse(ServerResponse response, Problem problem) {
    measures.problem(problem.status());
    answer(response, problem);
  }

  private static void answer(ServerResponse response, Problem problem) {
    var json =
        JSON.createObjectNode()
            .put("type", "about:blank")
            .put("title", problem.title())
            .put("status", problem.status())
            .put("detail", problem.getMessage());
    if (problem.runId() != null) {
      json.put("run_id", problem.runId());
    }
    if (problem.retryAfterSeconds() > 0) {
      response.header(HeaderNames.RETRY_AFTER, Integer.toString(problem.retryAfterSeconds()));
    }
    response
        .status(Status.create(problem.status(), problem.title()))
        .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
        .send(json.toString());
  }

  private static String parameter(ServerRequest request, String name) {
    return request.path().pathParameters().get(name);
  }

  static byte[] body(ServerRequest request) {
    try (var in = request.content().inputStream()) {
      byte[] bytes = in.readNBytes(MAX_BODY_BYTES + 1);
      if (bytes.length > MAX_BODY_BYTES) {
        throw Problem.tooLarge("a body must be at most " + MAX_BODY_BYTES + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw Problem.badRequest("the body cannot be read: " + e.getMessage());
    }
  }

  private void submit(ServerRequest request, ServerResponse response) {
    var tenant = parameter(request, "tenant");
    var key = request.headers().first(IDEMPOTENCY_KEY).orElse(null);
    var run = Requests.submission(tenant, key, body(request), System.currentTimeMillis());
    if (catalogs.isQueueFull(tenant)) {
      throw Problem.queueFull("the queue of tenant " + tenant + " is full");
    }
    long began = System.nanoTime();
    var at = send(tenant, run);
    measures.accepted(System.nanoTime() - began);
    var place = Topics.SUBMISSIONS + "-" + at.partition() + "-" + at.offset();
    var location = "/v1/tenants/" + tenant + "/runs/" + run.getRunId() + "?at=" + place;
    var json = JSON.createObjectNode().put("run_id", run.getRunId()).put("status", "SUBMITTED");
    response
        .status(Status.ACCEPTED_202)
        .header(HeaderNames.LOCATION, location)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .send(json.toString());
  }

  private RecordMetadata send(String tenant, RunSubmitted run) {
    try {
      return sender.send(
          prefix + Topics.SUBMISSIONS, tenant, runs, run, "run_id " + run.getRunId());
    } catch (Problem problem) {
      throw problem.about(run.getRunId());
    }
  }

  private void putTenant(ServerRequest request, ServerResponse response) {
    var tenant = parameter(request, "tenant");
    var limits = Requests.limits(tenant, body(request));
    sender.send(prefix + Topics.TENANTS, tenant, tenants, limits, "the tenant " + tenant);
    response
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .send(JSON.createObjectNode().put("tenant", tenant).toString());
  }

  private void forward(ServerRequest request, ServerResponse response) {
    var query = request.query().rawValue();
    var answer =
        catalogs.get(request.path().absolute().rawPath() + (query.isEmpty() ? "" : "?" + query));
    response
        .status(Status.create(answer.status()))
        .header(HeaderNames.CONTENT_TYPE, answer.contentType())
        .send(answer.body());
  }
}
