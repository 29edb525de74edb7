package dev.sluice.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.schemas.Topics;
import dev.sluice.v1.CommandKind;
import dev.sluice.v1.RunCommand;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of runs: each request becomes a record on {@code commands}. Whether the gate did it
 * or refused it is told on {@code decisions}; here only a run that no catalog knows is refused.
 */
final class CommandApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 1_000;
  private static final int NOT_FOUND = 404;
  private static final int FIRST_ERROR = 400;
  private static final String DEAD = "DEAD";
  private static final String JSON_TYPE = "application/json";

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

  void cancel(ServerRequest request, ServerResponse response) {
    var tenant = parameter(request, "tenant");
    var run = parameter(request, "run");
    known(tenant, run);
    var command = command(tenant, run, CommandKind.CANCEL, commandId(request)).build();
    accepted(response, command, "the cancel of run_id " + run, JSON.createObjectNode());
  }

  void signal(ServerRequest request, ServerResponse response) {
    var tenant = parameter(request, "tenant");
    var run = parameter(request, "run");
    var name = parameter(request, "name");
    Requests.require(Names.signalProblem(name));
    var type = contentType(request);
    var payload = payload(request, type);
    known(tenant, run);
    var command =
        command(tenant, run, CommandKind.SIGNAL, commandId(request))
            .setName(name)
            .setPayload(payload)
            .setContentType(type)
            .build();
    var json = JSON.createObjectNode().put("name", name);
    accepted(response, command, "the signal " + name + " to run_id " + run, json);
  }

  /** A form is what curl calls anything that it is not told about; nobody signals forms. */
  private static String contentType(ServerRequest request) {
    var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse(JSON_TYPE);
    return type.startsWith("application/x-www-form-urlencoded") ? JSON_TYPE : type;
  }

  private static @Nullable ByteBuffer payload(ServerRequest request, String type) {
    try (var in = request.content().inputStream()) {
      byte[] bytes = in.readNBytes(Bounds.VALUE_BYTES + 1);
      if (bytes.length > Bounds.VALUE_BYTES) {
        throw Problem.tooLarge(
            "a signal's payload must be at most " + Bounds.VALUE_BYTES + " bytes");
      }
      if (bytes.length > 0 && type.startsWith(JSON_TYPE)) {
        JSON.readTree(bytes);
      }
      return bytes.length == 0 ? null : ByteBuffer.wrap(bytes);
    } catch (JsonProcessingException e) {
      throw Problem.badRequest("the payload is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw Problem.badRequest("the body cannot be read: " + e.getMessage());
    }
  }

  void redrive(ServerRequest request, ServerResponse response) {
    var tenant = parameter(request, "tenant");
    var run = parameter(request, "run");
    var view = known(tenant, run);
    int next = view.path("redrive").asInt() + 1;
    var given = request.headers().first(GatewayApi.IDEMPOTENCY_KEY).isPresent();
    // A refused command uses its id up, so only a run that stands dead gets the id of its redrive.
    boolean derived = !given && view.path("status").asText().equals(DEAD);
    var id = derived ? CommandIds.redrive(run, next) : commandId(request);
    var command = command(tenant, run, CommandKind.REDRIVE, id).build();
    var json = JSON.createObjectNode().put("redrive", next);
    accepted(response, command, "the redrive of run_id " + run, json);
  }

  /** Asks for every run that stands dead when its page is read; to repeat it is safe. */
  void redriveAll(ServerRequest request, ServerResponse response) {
    var body = Body.parse(GatewayApi.body(request));
    var query = new StringBuilder("/v1/dead-letters?kind=DEAD_RUN&limit=" + PAGE);
    for (var field : List.of("tenant", "agent")) {
      var value = body.text(field);
      if (value != null) {
        query.append('&').append(field).append('=').append(encoded(value));
      }
    }
    body.failOnOthers();
    int requested = 0;
    String after = "";
    do {
      var page = read(query + after);
      var redrives = redrives(page.path("dead_letters"));
      sender.sendAll(topic, RunCommand::getTenant, commands, redrives, "all of these redrives");
      requested += redrives.size();
      after = page.path("next").isTextual() ? "&after=" + encoded(page.path("next").asText()) : "";
    } while (!after.isEmpty());
    answer(response, JSON.createObjectNode().put("requested", requested));
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

  /**
   * What a catalog says about the run.
   *
   * @throws Problem 404 if none knows it, 400 if there can be no run of such a name
   */
  private JsonNode known(String tenant, String run) {
    Requests.require(Names.tenantProblem(tenant));
    Requests.require(Names.anyRunIdProblem(run));
    var answer = catalogs.get("/v1/tenants/" + encoded(tenant) + "/runs/" + encoded(run));
    if (answer.status() == NOT_FOUND) {
      throw Problem.notFound("no run " + run + " of tenant " + tenant + " is known");
    }
    return json(answer);
  }

  private JsonNode read(String path) {
    return json(catalogs.get(path));
  }

  private static JsonNode json(Catalogs.Answer answer) {
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

  private static String parameter(ServerRequest request, String name) {
    return request.path().pathParameters().get(name);
  }

  private static String commandId(ServerRequest request) {
    var key = request.headers().first(GatewayApi.IDEMPOTENCY_KEY);
    return key.map(CommandIds::given).orElseGet(() -> UUID.randomUUID().toString());
  }

  private static RunCommand.Builder command(
      String tenant, String run, CommandKind kind, String id) {
    return RunCommand.newBuilder().setCommandId(id).setTenant(tenant).setRunId(run).setKind(kind);
  }

  private void accepted(ServerResponse response, RunCommand command, String what, ObjectNode more) {
    sender.send(topic, command.getTenant(), commands, command, what);
    var json = JSON.createObjectNode().put("run_id", command.getRunId());
    answer(response, json.put("command_id", command.getCommandId()).setAll(more));
  }

  private static void answer(ServerResponse response, JsonNode json) {
    response
        .status(Status.ACCEPTED_202)
        .header(HeaderNames.CONTENT_TYPE, JSON_TYPE)
        .send(json.toString());
  }
}
