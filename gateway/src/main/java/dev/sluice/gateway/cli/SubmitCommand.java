package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.client.SluiceClient;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice submit}. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description = "Submits a run and prints its id, or with --wait its end.")
public final class SubmitCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TENANT", description = "Whose run it is.")
  private String tenant = "";

  @Parameters(index = "1", paramLabel = "AGENT", description = "The agent that executes it.")
  private String agent = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "INPUT",
      description = "Its input, as JSON; default null.")
  private String input = "null";

  @Option(names = "--run-id", paramLabel = "ID", description = "The run's id; default: a new one.")
  private @Nullable String runId;

  @Option(names = "--pool", paramLabel = "POOL", description = "The pool; default: default.")
  private @Nullable String pool;

  @Option(names = "--priority", paramLabel = "N", description = "-100 to 100; larger is sooner.")
  private @Nullable Integer priority;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "May be repeated.")
  private Map<String, String> labels = Map.of();

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "The same key gives the same run.")
  private @Nullable String idempotencyKey;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "Wait for the end, at most so long (ISO-8601, up to PT60S).")
  private @Nullable Duration wait;

  @Override
  JsonNode ask(SluiceClient client) {
    var body = JSON.createObjectNode().put("agent", agent);
    body.set("input", parsed());
    if (runId != null) {
      body.put("run_id", runId);
    }
    if (pool != null) {
      body.put("pool", pool);
    }
    if (priority != null) {
      body.put("priority", priority);
    }
    if (!labels.isEmpty()) {
      body.set("labels", JSON.valueToTree(labels));
    }
    var accepted = client.submit(tenant, body, idempotencyKey);
    return wait == null
        ? accepted
        : new WaitForEnd(client).of(tenant, accepted.path("run_id").asText(), wait);
  }

  private JsonNode parsed() {
    try {
      return JSON.readTree(input);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("INPUT must be JSON: " + e.getOriginalMessage(), e);
    }
  }
}
