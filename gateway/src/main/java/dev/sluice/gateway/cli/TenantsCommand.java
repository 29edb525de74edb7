package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.gateway.client.SluiceClient;
import dev.sluice.gateway.client.SluiceException;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice tenants}. */
@Command(
    name = "tenants",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the tenants, or one of them; a flag changes the limit that it names, and no other.",
      "With --replace, limits that are not given take the plan's values."
    })
public final class TenantsCommand extends ClientCommand {
  private static final long PAUSE_MS = 50;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TENANT",
      description = "Show only this tenant.")
  private @Nullable String tenant;

  @Option(names = "--plan", paramLabel = "PLAN", description = "The plan that it is on.")
  private @Nullable String plan;

  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      description = "The most runs that execute at once.")
  private @Nullable Integer maxInFlight;

  @Option(
      names = "--weight",
      paramLabel = "W",
      description = "Its share of the workers, relative to other tenants.")
  private @Nullable Double weight;

  @Option(
      names = "--max-queued",
      paramLabel = "N",
      description = "The most runs that wait in its queue.")
  private @Nullable Integer maxQueued;

  @Option(
      names = "--max-live",
      paramLabel = "N",
      description = "The most runs that have not ended.")
  private @Nullable Integer maxLive;

  @Option(names = "--max-attempts", paramLabel = "N", description = "The most attempts of a run.")
  private @Nullable Integer maxAttempts;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "The most steps between two checkpoints.")
  private @Nullable Integer maxSteps;

  @Option(names = "--max-children", paramLabel = "N", description = "The most children of a run.")
  private @Nullable Integer maxChildren;

  @Option(
      names = "--max-depth",
      paramLabel = "N",
      description = "The most generations of a run tree.")
  private @Nullable Integer maxDepth;

  @Option(
      names = "--max-descendants",
      paramLabel = "N",
      description = "The most runs below a root run.")
  private @Nullable Integer maxDescendants;

  @Option(
      names = "--paused",
      negatable = true,
      description = "Do not start this tenant's runs; --no-paused starts them again.")
  private @Nullable Boolean paused;

  @Option(names = "--replace", description = "Reset the limits that are not given.")
  private boolean replace;

  @Mixin private PageOptions page = new PageOptions();

  @Override
  JsonNode ask(SluiceClient client) {
    var limits = JSON.createObjectNode();
    put(limits, "plan", plan);
    put(limits, "max_in_flight", maxInFlight);
    put(limits, "weight", weight);
    put(limits, "max_queued", maxQueued);
    put(limits, "max_live", maxLive);
    put(limits, "max_attempts", maxAttempts);
    put(limits, "max_steps", maxSteps);
    put(limits, "max_children", maxChildren);
    put(limits, "max_depth", maxDepth);
    put(limits, "max_descendants", maxDescendants);
    put(limits, "paused", paused);
    boolean changes = replace || !limits.isEmpty();
    if (tenant == null) {
      if (changes) {
        throw new IllegalArgumentException("name the TENANT whose limits are to change");
      }
      return client.tenants(page.query());
    }
    if (page.isGiven()) {
      throw new IllegalArgumentException("--limit and --after are for the list of all tenants");
    }
    return changes ? put(client, tenant, limits) : client.tenant(tenant);
  }

  private JsonNode put(SluiceClient client, String name, ObjectNode given) {
    var limits = replace ? JSON.createObjectNode() : before(client, name);
    limits.setAll(given);
    var answer = (ObjectNode) client.putTenant(name, limits);
    answer.set("limits", limits);
    awaitShown(client, name, limits);
    return answer;
  }

  private static ObjectNode before(SluiceClient client, String name) {
    try {
      var limits = client.tenant(name).path("limits");
      var said = JSON.createObjectNode();
      limits.properties().forEach(limit -> said.set(limit.getKey(), limit.getValue()));
      return said;
    } catch (SluiceException e) {
      throw new SluiceException(
          e.status(), e.getMessage() + "; --replace needs no limits of before");
    }
  }

  /** The next command reads what this one wrote. */
  private static void awaitShown(SluiceClient client, String name, ObjectNode limits) {
    long until = System.nanoTime() + DECIDED_WITHIN.toNanos();
    try {
      while (System.nanoTime() < until
          && !stated(limits).equals(stated(client.tenant(name).path("limits")))) {
        Thread.sleep(PAUSE_MS);
      }
    } catch (SluiceException unknown) {
      // It is written; who reads it next will see it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The limits that say something, as text: null is no limit, and false is not paused. */
  private static Map<String, String> stated(JsonNode limits) {
    return limits.properties().stream()
        .filter(limit -> !limit.getValue().isNull())
        .filter(limit -> !limit.getValue().isBoolean() || limit.getValue().booleanValue())
        .collect(Collectors.toMap(Map.Entry::getKey, limit -> limit.getValue().asText()));
  }
}
