package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.gateway.client.SluiceClient;
import dev.sluice.gateway.client.SluiceException;
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

  @Mixin private PlanOptions values = new PlanOptions();

  @Option(
      names = "--paused",
      negatable = true,
      description = "Do not start this tenant's runs; --no-paused starts them again.")
  private @Nullable Boolean paused;

  @Option(names = "--replace", description = "Reset the limits that are not given.")
  private boolean replace;

  @Mixin private PageOptions page = new PageOptions();

  @Override
  PageOptions pages() {
    return page;
  }

  @Override
  JsonNode ask(SluiceClient client) {
    var limits = JSON.createObjectNode();
    put(limits, "plan", plan);
    values.put(limits);
    put(limits, "paused", paused);
    boolean changes = replace || !limits.isEmpty();
    if (tenant == null) {
      if (changes) {
        throw new IllegalArgumentException("name the TENANT whose limits are to change");
      }
      return client.tenants(page.query());
    }
    if (page.isGiven()) {
      throw new IllegalArgumentException(
          "--limit, --after and --all are for the list of all tenants");
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
          && !PlanOptions.stated(limits)
              .equals(PlanOptions.stated(client.tenant(name).path("limits")))) {
        Thread.sleep(PAUSE_MS);
      }
    } catch (SluiceException unknown) {
      // It is written; who reads it next will see it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
