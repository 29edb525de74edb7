package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SluiceException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice settings}. */
@Command(
    name = "settings",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the settings of all gates, or one of them. A flag changes only the value that it"
          + " names.",
      "Waits until the gate has decided in every partition; exits with 3 if that takes more than 5"
          + " s."
    })
public final class SettingsCommand extends ClientCommand {
  private static final long PAUSE_MS = 50;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final String REFUSED = "refused";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SETTING",
      description = {
        "pool/NAME, plan/NAME, agent/NAME or value/NAME; values are lease.ttl.ms, agent.wait.ms,",
        "max.unanswered, max.duration.ms and dead.keep.ms."
      })
  private @Nullable String setting;

  @Option(
      names = "--closed",
      negatable = true,
      description = "The pool accepts no new runs; --no-closed opens or creates it.")
  private @Nullable Boolean closed;

  @Option(
      names = "--paused",
      negatable = true,
      description = "No run of the pool or agent starts; --no-paused lets them start again.")
  private @Nullable Boolean paused;

  @Option(
      names = "--max-starts-per-minute",
      paramLabel = "N",
      description =
          "Most runs of the pool or agent that start in a minute; --replace removes the bound.")
  private @Nullable Integer maxStarts;

  @Option(
      names = "--number",
      paramLabel = "N",
      description = "The value for whatever begins from now on.")
  private @Nullable Long number;

  @Mixin private PlanOptions plan = new PlanOptions();

  @Option(names = "--replace", description = "Reset all values that are not given.")
  private boolean replace;

  @Option(names = "--remove", description = "Return to the value that each gate was started with.")
  private boolean remove;

  @Mixin private PageOptions page = new PageOptions();

  @Override
  JsonNode ask(GatewayJson client) {
    var given = JSON.createObjectNode();
    put(given, "closed", closed);
    put(given, "paused", paused);
    put(given, "max_starts_per_minute", maxStarts);
    put(given, "number", number);
    plan.put(given);
    boolean changes = replace || remove || !given.isEmpty();
    if (setting == null) {
      if (changes) {
        throw new IllegalArgumentException("name the SETTING that is to change");
      }
      return client.settings(page.query());
    }
    if (page.isGiven()) {
      throw new IllegalArgumentException("--limit and --after are for the list of all settings");
    }
    if (remove) {
      if (replace || !given.isEmpty()) {
        throw new IllegalArgumentException("--remove cannot be combined with other values");
      }
      return awaited(client, setting, client.deleteSetting(setting), new Sent(null, true));
    }
    return changes ? put(client, setting, given) : client.setting(setting);
  }

  private JsonNode put(GatewayJson client, String name, ObjectNode given) {
    var value = JSON.createObjectNode();
    var before = shown(client, name);
    if (before != null && !replace) {
      before.path("value").properties().forEach(one -> value.set(one.getKey(), one.getValue()));
    }
    value.setAll(given);
    boolean wasRefused = before != null && before.has(REFUSED);
    return awaited(client, name, client.putSetting(name, value), new Sent(value, wasRefused));
  }

  /**
   * What was sent.
   *
   * @param value null for nothing
   * @param wasRefused whether something was shown as refused before
   */
  private record Sent(@Nullable JsonNode value, boolean wasRefused) {
    /** Whether the gate has decided on it; behind what it refused stands what is in force. */
    boolean isDecided(@Nullable JsonNode now) {
      if (now == null) {
        return value == null;
      }
      boolean isShown =
          value != null && PlanOptions.stated(now.path("value")).equals(PlanOptions.stated(value));
      if (now.has(REFUSED) && (isShown || !wasRefused)) {
        throw new SluiceException(CONFLICT, "refused: " + now.path(REFUSED).asText());
      }
      return isShown
          && !now.path("differs").asBoolean()
          && now.path("in_force").asInt() == now.path("partitions").asInt();
    }
  }

  /** What a catalog shows; null for nothing. */
  private static @Nullable JsonNode shown(GatewayJson client, String name) {
    try {
      return client.setting(name);
    } catch (SluiceException e) {
      if (e.status() == NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  private static JsonNode awaited(GatewayJson client, String name, JsonNode answer, Sent sent) {
    long until = System.nanoTime() + DECIDED_WITHIN.toNanos();
    try {
      while (System.nanoTime() < until) {
        var now = shown(client, name);
        if (sent.isDecided(now)) {
          return now == null ? answer : now;
        }
        Thread.sleep(PAUSE_MS);
      }
    } catch (SluiceException e) {
      if (e.status() == CONFLICT) {
        throw e;
      }
      // It is written; who reads it next will see it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.err.println(
        "sent, but the gate's decision is not known after " + DECIDED_WITHIN.toSeconds() + " s");
    return ((ObjectNode) answer.deepCopy()).put("decision", UNDECIDED);
  }
}
