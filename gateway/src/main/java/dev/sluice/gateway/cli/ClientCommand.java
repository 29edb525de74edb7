package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SluiceException;
import dev.sluice.contract.Secrets;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** A command over HTTP: the answer goes to standard output, what went wrong to standard error. */
abstract class ClientCommand implements Callable<Integer> {
  private static final int BAD_REQUEST = 400;
  private static final int CONFLICT = 409;
  static final String UNDECIDED = "UNDECIDED";

  /** It was sent, and nobody knows yet what becomes of it. */
  static final int EXIT_UNDECIDED = 3;

  static final Duration DECIDED_WITHIN = Duration.ofSeconds(5);
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Mixin private GatewayOptions gateway = new GatewayOptions();

  /** Asks the gateway. */
  abstract JsonNode ask(GatewayJson client);

  /** Which pages are asked for; null if a command has no list. */
  @Nullable PageOptions pages() {
    return null;
  }

  /**
   * What became of a command, or that this is not known soon.
   *
   * @param sent the answer to the command
   * @throws SluiceException of status 409 if the gate has refused it
   */
  static JsonNode decided(GatewayJson client, String tenant, JsonNode sent) {
    var said = decision(client, tenant, sent.path("command_id").asText(), DECIDED_WITHIN);
    if (said == null) {
      System.err.println(
          "sent, but the gate's decision is not known after " + DECIDED_WITHIN.toSeconds() + " s");
      return ((ObjectNode) sent.deepCopy()).put("decision", UNDECIDED);
    }
    if (said.path("decision").asText().equals("REFUSE")) {
      throw new SluiceException(CONFLICT, "refused: " + said.path("reason").asText());
    }
    return ((ObjectNode) sent.deepCopy())
        .put("decision", said.path("decision").asText())
        .put("reason", said.path("reason").asText());
  }

  /** What the gate decided on a command; null if that is not known in time. */
  static @Nullable JsonNode decision(
      GatewayJson client, String tenant, String commandId, Duration within) {
    try {
      return client.decision(tenant, commandId, within);
    } catch (SluiceException unknown) {
      return null;
    }
  }

  /** How the process ends when the gateway has answered. */
  int exitCode(JsonNode answer) {
    return answer.path("decision").asText().equals(UNDECIDED)
        ? EXIT_UNDECIDED
        : CommandLine.ExitCode.OK;
  }

  /** Puts what was given; null was not. */
  static void put(ObjectNode object, String field, @Nullable Object value) {
    if (value != null) {
      object.set(field, JSON.valueToTree(value));
    }
  }

  @Override
  public Integer call() throws IOException {
    try {
      var client = new GatewayJson(gateway.url(), gateway.key());
      var pages = pages();
      if (pages != null && pages.isAll()) {
        AllPages.print(pages, () -> ask(client), System.out);
        return CommandLine.ExitCode.OK;
      }
      var answer = ask(client);
      System.out.println(JSON.writeValueAsString(answer));
      return exitCode(answer);
    } catch (SluiceException e) {
      System.err.println(Secrets.masked(String.valueOf(e.getMessage())));
      return e.status() == BAD_REQUEST ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    } catch (IllegalArgumentException e) {
      System.err.println(Secrets.masked(String.valueOf(e.getMessage())));
      return CommandLine.ExitCode.USAGE;
    }
  }
}
