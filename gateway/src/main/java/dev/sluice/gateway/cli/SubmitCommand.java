package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice submit}. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description = "Submits a run. Prints its id and status as JSON, or with --wait its end.")
public final class SubmitCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TENANT", description = "The tenant that owns the run.")
  private String tenant = "";

  @Parameters(index = "1", paramLabel = "AGENT", description = "The agent to execute.")
  private String agent = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "INPUT",
      description = "The input as JSON; default null.")
  private String input = "null";

  @Option(names = "--run-id", paramLabel = "ID", description = "The run's id; default: generated.")
  private @Nullable String runId;

  @Option(
      names = "--pool",
      paramLabel = "POOL",
      description = "The pool; default: the one named default.")
  private @Nullable String pool;

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "Priority, -100 to 100; larger values start sooner.")
  private @Nullable Integer priority;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "A label of the run. May be repeated.")
  private Map<String, String> labels = Map.of();

  @Option(
      names = "--budget",
      paramLabel = "METER=AMOUNT",
      description = "Most that the run's tree may charge to a meter. May be repeated.")
  private Map<String, Long> budget = Map.of();

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      description = "Total number of attempts; default: the agent's, else the tenant's.")
  private @Nullable Integer maxAttempts;

  @Option(
      names = "--max-duration",
      paramLabel = "DURATION",
      description = "Longest time that workers may hold the run, not counting waits (ISO-8601).")
  private @Nullable Duration maxDuration;

  @Option(names = "--start-at", paramLabel = "TIME", description = "Earliest start (RFC 3339).")
  private @Nullable Instant startAt;

  @Option(names = "--expires-at", paramLabel = "TIME", description = "Latest start (RFC 3339).")
  private @Nullable Instant expiresAt;

  @Option(
      names = "--end-by",
      paramLabel = "TIME",
      description = "Ends the run as TIMED_OUT at this time in any case (RFC 3339).")
  private @Nullable Instant endBy;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "Idempotency key: repeating it never creates a second run.")
  private @Nullable String idempotencyKey;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "Wait this long for the run to end (ISO-8601, up to PT60S).")
  private @Nullable Duration wait;

  @Override
  JsonNode ask(GatewayJson client) {
    var body = JSON.createObjectNode().put("agent", agent);
    body.set("input", parsed());
    put(body, "run_id", runId);
    put(body, "pool", pool);
    put(body, "priority", priority);
    put(body, "labels", labels.isEmpty() ? null : labels);
    put(body, "budget", budget.isEmpty() ? null : budget);
    put(body, "retry", maxAttempts == null ? null : Map.of("max_attempts", maxAttempts));
    put(body, "max_duration", text(maxDuration));
    put(body, "start_at", text(startAt));
    put(body, "expires_at", text(expiresAt));
    put(body, "end_by", text(endBy));
    var accepted = client.submit(tenant, body, idempotencyKey);
    return wait == null
        ? accepted
        : new WaitForEnd(client).of(tenant, accepted.path("run_id").asText(), wait);
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private JsonNode parsed() {
    try {
      return JSON.readTree(input);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("INPUT must be JSON: " + e.getOriginalMessage(), e);
    }
  }
}
