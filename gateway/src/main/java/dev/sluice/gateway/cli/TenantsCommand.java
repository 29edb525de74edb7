package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.client.SluiceClient;
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
      "Prints the tenants, or one of them; with any of the flags, replaces its limits.",
      "Limits that are not given take the plan's values."
    })
public final class TenantsCommand extends ClientCommand {
  @Parameters(index = "0", arity = "0..1", paramLabel = "TENANT", description = "Only this one.")
  private @Nullable String tenant;

  @Option(names = "--plan", paramLabel = "PLAN", description = "Its plan.")
  private @Nullable String plan;

  @Option(names = "--max-in-flight", paramLabel = "N", description = "Its cap.")
  private @Nullable Integer maxInFlight;

  @Option(names = "--weight", paramLabel = "W", description = "Its share.")
  private @Nullable Double weight;

  @Option(names = "--max-queued", paramLabel = "N", description = "Most queued runs.")
  private @Nullable Integer maxQueued;

  @Option(names = "--max-live", paramLabel = "N", description = "Most live runs.")
  private @Nullable Integer maxLive;

  @Option(names = "--max-attempts", paramLabel = "N", description = "Most attempts of a run.")
  private @Nullable Integer maxAttempts;

  @Option(names = "--max-steps", paramLabel = "N", description = "Most steps per checkpoint.")
  private @Nullable Integer maxSteps;

  @Option(names = "--max-children", paramLabel = "N", description = "Most children of a run.")
  private @Nullable Integer maxChildren;

  @Option(names = "--max-depth", paramLabel = "N", description = "Most generations of a tree.")
  private @Nullable Integer maxDepth;

  @Option(names = "--max-descendants", paramLabel = "N", description = "Most runs below a root.")
  private @Nullable Integer maxDescendants;

  @Option(names = "--paused", description = "Dispatch none of its runs.")
  private @Nullable Boolean paused;

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
    if (tenant == null) {
      if (!limits.isEmpty()) {
        throw new IllegalArgumentException("name the TENANT whose limits are to change");
      }
      return client.tenants(page.query());
    }
    if (page.isGiven()) {
      throw new IllegalArgumentException("--limit and --after are for the list of all tenants");
    }
    return limits.isEmpty() ? client.tenant(tenant) : client.putTenant(tenant, limits);
  }
}
