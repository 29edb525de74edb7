package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a plan says, and a tenant may have for itself. */
final class PlanOptions {
  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      description = "Most leases that a tenant may hold at once.")
  private @Nullable Integer maxInFlight;

  @Option(
      names = "--weight",
      paramLabel = "W",
      description = "A tenant's share of the workers, relative to other tenants.")
  private @Nullable Double weight;

  @Option(names = "--max-queued", paramLabel = "N", description = "Most queued runs of a tenant.")
  private @Nullable Integer maxQueued;

  @Option(
      names = "--max-live",
      paramLabel = "N",
      description = "Most runs of a tenant that have not ended.")
  private @Nullable Integer maxLive;

  @Option(names = "--max-attempts", paramLabel = "N", description = "Most attempts of a run.")
  private @Nullable Integer maxAttempts;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Most steps between two checkpoints.")
  private @Nullable Integer maxSteps;

  @Option(names = "--max-children", paramLabel = "N", description = "Most children of a run.")
  private @Nullable Integer maxChildren;

  @Option(names = "--max-depth", paramLabel = "N", description = "Most generations below a root.")
  private @Nullable Integer maxDepth;

  @Option(names = "--max-descendants", paramLabel = "N", description = "Most runs below a root.")
  private @Nullable Integer maxDescendants;

  void put(ObjectNode value) {
    ClientCommand.put(value, "max_in_flight", maxInFlight);
    ClientCommand.put(value, "weight", weight);
    ClientCommand.put(value, "max_queued", maxQueued);
    ClientCommand.put(value, "max_live", maxLive);
    ClientCommand.put(value, "max_attempts", maxAttempts);
    ClientCommand.put(value, "max_steps", maxSteps);
    ClientCommand.put(value, "max_children", maxChildren);
    ClientCommand.put(value, "max_depth", maxDepth);
    ClientCommand.put(value, "max_descendants", maxDescendants);
  }

  /** The values that say something, as text: null is as if it was not there, and so is false. */
  static Map<String, String> stated(JsonNode values) {
    return values.properties().stream()
        .filter(one -> !one.getValue().isNull())
        .filter(one -> !one.getValue().isBoolean() || one.getValue().booleanValue())
        .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().asText()));
  }
}
