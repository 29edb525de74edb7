package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SluiceException;
import java.util.function.BooleanSupplier;
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
      "With --replace, limits that are not given take the plan's values.",
      "Waits for the gate's decision: exit code 1 if it refuses, 3 if that is not known after 10 s.",
      "Limits that somebody else has changed meanwhile are read again, once, and changed then."
    })
public final class TenantsCommand extends ClientCommand {
  private static final long PAUSE_MS = 50;
  private static final long NONE = -1;
  private static final int CONFLICT = 409;
  private static final int OTHERS_IN_FORCE = 412;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TENANT",
      description = "Show only this tenant.")
  private @Nullable String tenant;

  @Option(names = "--plan", paramLabel = "PLAN", description = "The tenant's plan.")
  private @Nullable String plan;

  @Mixin private PlanOptions values = new PlanOptions();

  @Option(
      names = "--paused",
      negatable = true,
      description = "Do not start this tenant's runs; --no-paused starts them again.")
  private @Nullable Boolean paused;

  @Option(names = "--replace", description = "Reset all limits that are not given.")
  private boolean replace;

  @Mixin private PageOptions page = new PageOptions();

  @Override
  PageOptions pages() {
    return page;
  }

  @Override
  JsonNode ask(GatewayJson client) {
    var limits = JSON.createObjectNode();
    put(limits, "plan", plan);
    values.put(limits);
    put(limits, "paused", paused);
    boolean changes = replace || !limits.isEmpty();
    if (tenant == null) {
      if (changes) {
        throw new IllegalArgumentException("name the TENANT to change");
      }
      return client.tenants(page.query());
    }
    if (page.isGiven()) {
      throw new IllegalArgumentException(
          "--limit, --after and --all are for the list of all tenants");
    }
    return changes ? put(client, tenant, limits) : client.tenant(tenant);
  }

  private JsonNode put(GatewayJson client, String name, ObjectNode given) {
    if (replace) {
      return decided(client, name, given, client.putTenant(name, given));
    }
    try {
      return change(client, name, given);
    } catch (SluiceException e) {
      if (e.status() != OTHERS_IN_FORCE) {
        throw e;
      }
      awaitRestored(client, name, offset(String.valueOf(e.problem().at())));
    }
    return change(client, name, given); // somebody was faster: their limits are changed, then
  }

  /** Changes the limits that were read just now, and no others. */
  private static JsonNode change(GatewayJson client, String name, ObjectNode given) {
    var before = before(client, name);
    var limits = JSON.createObjectNode();
    before.path("limits").properties().forEach(one -> limits.set(one.getKey(), one.getValue()));
    var at = before.get("limits_at");
    boolean isFirst = at == null && PlanOptions.stated(limits).isEmpty();
    limits.setAll(given);
    var answer =
        at == null && !isFirst // a catalog of before does not say it
            ? client.putTenant(name, limits)
            : client.putTenant(name, limits, isFirst ? NONE : at.asLong());
    return decided(client, name, limits, answer);
  }

  private static JsonNode before(GatewayJson client, String name) {
    try {
      return client.tenant(name);
    } catch (SluiceException e) {
      throw new SluiceException(
          e.status(), e.getMessage() + "; with --replace, the previous limits are not needed");
    }
  }

  /** The gateway may have waited for the decision already, and have it. */
  private static JsonNode decided(
      GatewayJson client, String name, ObjectNode limits, JsonNode sent) {
    var answer = ((ObjectNode) sent.deepCopy()).set("limits", limits);
    var said = sent.has("decision") ? sent : said(client, name, sent);
    if (said == null) {
      System.err.println(
          "sent, but what the gate decided is not known after up to "
              + 2 * DECIDED_WITHIN.toSeconds() // the gateway may have waited before
              + " s");
      return ((ObjectNode) answer).put("decision", UNDECIDED);
    }
    if (said.path("decision").asText().equals("REFUSE")) {
      throw new SluiceException(CONFLICT, "refused: " + said.path("reason").asText());
    }
    awaitShown(client, name, limits, offset(sent.path("at").asText()));
    return ((ObjectNode) answer)
        .put("decision", said.path("decision").asText())
        .put("reason", said.path("reason").asText());
  }

  private static @Nullable JsonNode said(GatewayJson client, String name, JsonNode sent) {
    try {
      return client.decisionOnLimits(name, sent.path("at").asText(), DECIDED_WITHIN);
    } catch (SluiceException unknown) {
      return null;
    }
  }

  /** Of what lies {@code at}; −1 if that names no place. */
  private static long offset(String at) {
    try {
      return Long.parseLong(at.substring(at.lastIndexOf('-') + 1));
    } catch (NumberFormatException noPlace) {
      return NONE;
    }
  }

  /**
   * Behind limits that it refused the gate appends those in force. A catalog that has not read
   * these yet still shows the refused ones, or those of before.
   */
  private static void awaitRestored(GatewayJson client, String name, long refused) {
    await(() -> client.tenant(name).path("limits_at").asLong(NONE) > refused);
  }

  /** The next command reads what this one wrote. */
  private static void awaitShown(GatewayJson client, String name, ObjectNode limits, long offset) {
    await(() -> isShown(client.tenant(name), limits, offset));
  }

  /** Asks until it is so, for as long as a decision may take. */
  private static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + DECIDED_WITHIN.toNanos();
    try {
      while (System.nanoTime() < until && !condition.getAsBoolean()) {
        Thread.sleep(PAUSE_MS);
      }
    } catch (SluiceException unknown) {
      // It is written; who reads it next will see it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isShown(JsonNode tenant, ObjectNode limits, long offset) {
    return tenant.path("limits_at").asLong(NONE) >= offset
        || PlanOptions.stated(limits).equals(PlanOptions.stated(tenant.path("limits")));
  }
}
