package dev.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.contract.json.JsonException;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.contract.json.JsonValue;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.MediaTypes;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.CommandKind;
import dev.sluice.v1.RunCommand;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of runs: each request becomes a record on {@code commands}, whether a catalog
 * answers or not. Whether the gate did it or refused it is told on {@code decisions}.
 */
final class CommandApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 1_000;

  /** A catalog remembers the decisions on so many commands. */
  private static final int MOST_NAMED = 10_000;

  private static final int OK = 200;
  private static final int FIRST_ERROR = 400;
  private static final String DEAD = "DEAD";

  private final String topic;
  private final RecordSender sender;
  private final Catalogs catalogs;
  private final Serializer<RunCommand> commands;

  CommandApi(String prefix, SluiceSerdes serdes, RecordSender sender, Catalogs catalogs) {
    this.topic = prefix + Topics.COMMANDS;
    this.sender = sender;
    this.catalogs = catalogs;
    this.commands = serdes.serializer(RunCommand.class);
  }

  Answer cancel(Request request) throws InterruptedException {
    var run = request.parameter("run");
    var tenant = request.parameter("tenant");
    requireNames(tenant, run);
    JsonBody.requireNoFields(request.body());
    var command = command(tenant, run, CommandKind.CANCEL, commandId(request)).build();
    return accepted(request, command, "the cancel of run_id " + run, JSON.createObjectNode());
  }

  Answer signal(Request request) throws InterruptedException {
    var tenant = request.parameter("tenant");
    var run = request.parameter("run");
    var name = request.parameter("name");
    requireNames(tenant, run);
    Requests.require(Names.signalProblem(name));
    var type = contentType(request);
    byte[] payload = request.body();
    if (payload.length > 0 && MediaTypes.isJson(type)) {
      requireJson(payload);
    }
    var command =
        command(tenant, run, CommandKind.SIGNAL, commandId(request))
            .setName(name)
            .setPayload(payload.length == 0 ? null : ByteBuffer.wrap(payload))
            .setContentType(type)
            .build();
    var json = JSON.createObjectNode().put("name", name);
    return accepted(request, command, "the signal " + name + " to run_id " + run, json);
  }

  private static String contentType(Request request) {
    var type = Objects.requireNonNullElse(request.header("content-type"), Answer.JSON);
    if (type.length() > Bounds.CONTENT_TYPE_CHARS) {
      throw Problem.badRequest(
          "Content-Type must have at most " + Bounds.CONTENT_TYPE_CHARS + " characters");
    }
    return type;
  }

  private static void requireJson(byte[] payload) {
    try {
      JsonValue.check(payload);
    } catch (JsonException e) {
      throw Problem.badRequest("the payload: " + e.getMessage());
    }
  }

  Answer redrive(Request request) throws InterruptedException {
    var tenant = request.parameter("tenant");
    var run = request.parameter("run");
    requireNames(tenant, run);
    JsonBody.requireNoFields(request.body());
    var view = ifKnown(tenant, run);
    boolean given = request.header(GatewayApi.IDEMPOTENCY_KEY) != null;
    // A refused command uses its id up, so only a run that stands dead gets the id of its redrive.
    boolean derived = !given && view != null && view.path("status").asText().equals(DEAD);
    var json = JSON.createObjectNode();
    int next = view == null ? 1 : view.path("redrive").asInt() + 1;
    if (view != null) {
      json.put("redrive", next);
    }
    var id = derived ? CommandIds.redrive(run, next) : commandId(request);
    var command = command(tenant, run, CommandKind.REDRIVE, id).build();
    return accepted(request, command, "the redrive of run_id " + run, json);
  }

  /** Asks for every run that stands dead when its page is read; to repeat it is safe. */
  Answer redriveAll(Request request) throws InterruptedException {
    var query = JsonBody.read(request.body(), CommandApi::deadRuns);
    int requested = 0;
    var json = JSON.createObjectNode();
    var named = json.putArray("redrives");
    String after = "";
    do {
      var page = read(query + after);
      var redrives = redrives(page.path("dead_letters"));
      sender.sendAll(topic, RunCommand::getTenant, commands, redrives, "all of these redrives");
      requested += redrives.size();
      redrives.stream()
          .limit(MOST_NAMED - named.size())
          .forEach(
              redrive ->
                  named
                      .addObject()
                      .put("tenant", redrive.getTenant())
                      .put("run_id", redrive.getRunId())
                      .put("command_id", redrive.getCommandId()));
      after = page.path("next").isTextual() ? "&after=" + encoded(page.path("next").asText()) : "";
    } while (!after.isEmpty());
    return Answer.json(202, json.put("requested", requested).toString());
  }

  /** Asks a catalog for those of the tenant, or of the agent, that the body names. */
  private static String deadRuns(JsonFields body) {
    var query = new StringBuilder("/v1/dead-letters?kind=DEAD_RUN&limit=" + PAGE);
    for (var field : List.of("tenant", "agent")) {
      var value = body.optionalText(field);
      if (value != null) {
        query.append('&').append(field).append('=').append(encoded(value));
      }
    }
    return query.toString();
  }

  private static List<RunCommand> redrives(JsonNode letters) {
    var redrives = new ArrayList<RunCommand>();
    for (var letter : letters) {
      var run = letter.path("run_id").asText();
      var id = CommandIds.redrive(run, letter.path("redrive").asInt() + 1);
      redrives.add(command(letter.path("tenant").asText(), run, CommandKind.REDRIVE, id).build());
    }
    return redrives;
  }

  // --- what they have in common

  private static void requireNames(String tenant, String run) {
    Requests.require(Names.tenantProblem(tenant));
    Requests.require(Names.anyRunIdProblem(run));
  }

  /** What a catalog says about the run; null if none answers or knows it yet. */
  private @Nullable JsonNode ifKnown(String tenant, String run) throws InterruptedException {
    try {
      var answer = catalogs.get("/v1/tenants/" + encoded(tenant) + "/runs/" + encoded(run));
      return answer.status() == OK ? json(answer) : null;
    } catch (Problem unavailable) {
      return null;
    }
  }

  private JsonNode read(String path) throws InterruptedException {
    return json(catalogs.get(path));
  }

  private static JsonNode json(CatalogCalls.Reply answer) {
    if (answer.status() >= FIRST_ERROR) {
      throw Problem.unavailable("the catalog answered with status " + answer.status());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw Problem.unavailable("the catalog's answer cannot be read: " + e.getMessage());
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String commandId(Request request) {
    var key = request.header(GatewayApi.IDEMPOTENCY_KEY);
    return key == null ? UUID.randomUUID().toString() : CommandIds.given(key);
  }

  private static RunCommand.Builder command(
      String tenant, String run, CommandKind kind, String id) {
    return RunCommand.newBuilder().setCommandId(id).setTenant(tenant).setRunId(run).setKind(kind);
  }

  /** 202 when Kafka has the command; with {@code wait}, 200 and what the gate decided on it. */
  private Answer accepted(Request request, RunCommand command, String what, ObjectNode more)
      throws InterruptedException {
    var wait = Requests.wait(request.query("wait"));
    sender.send(topic, command.getTenant(), commands, command, what);
    var json = JSON.createObjectNode().put("run_id", command.getRunId());
    json.put("command_id", command.getCommandId()).setAll(more);
    var said = wait.isZero() ? null : catalogs.decision(command, wait);
    if (said == null) {
      return Answer.json(202, json.toString());
    }
    json.put("decision", said.path("decision").asText());
    return Answer.json(200, json.put("reason", said.path("reason").asText()).toString());
  }
}
