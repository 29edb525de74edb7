package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice dead-letters}. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = {"Lists dead runs and unreadable records, redrives runs, or sends records back."},
    subcommands = {
      DeadLettersCommand.ListThem.class,
      DeadLettersCommand.Redrive.class,
      ResubmitCommand.class
    })
public final class DeadLettersCommand extends ClientCommand {
  @Override
  JsonNode ask(GatewayJson client) {
    return client.deadLetters();
  }

  /** {@code sluice dead-letters list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Prints one page of dead runs and unreadable records.")
  static final class ListThem extends ClientCommand {
    @Option(names = "--tenant", paramLabel = "TENANT", description = "Only runs of this tenant.")
    private @Nullable String tenant;

    @Option(names = "--agent", paramLabel = "AGENT", description = "Only runs of this agent.")
    private @Nullable String agent;

    @Option(names = "--kind", paramLabel = "KIND", description = "Only DEAD_RUN or UNREADABLE.")
    private @Nullable String kind;

    @Mixin private PageOptions page = new PageOptions();

    @Override
    PageOptions pages() {
      return page;
    }

    @Override
    JsonNode ask(GatewayJson client) {
      var query = page.query();
      PageOptions.put(query, "tenant", tenant);
      PageOptions.put(query, "agent", agent);
      PageOptions.put(query, "kind", kind);
      return client.deadLetters(query);
    }
  }

  /** {@code sluice dead-letters redrive}. */
  @Command(
      name = "redrive",
      mixinStandardHelpOptions = true,
      description = {
        "Sends one DEAD run back to its queue, or all that the filters select.",
        "A run resumes at the step that failed, under its tenant's cap and its own budget.",
        "Prints the gate's decision on each run."
      })
  static final class Redrive extends ClientCommand {
    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "TENANT",
        description = "The tenant that owns the run.")
    private @Nullable String tenant;

    @Parameters(index = "1", arity = "0..1", paramLabel = "RUN", description = "The run's id.")
    private @Nullable String run;

    @Option(names = "--all", description = "All DEAD runs of TENANT, or of all tenants.")
    private boolean all;

    @Option(
        names = "--agent",
        paramLabel = "AGENT",
        description = "With --all: only runs of this agent.")
    private @Nullable String agent;

    @Override
    JsonNode ask(GatewayJson client) {
      if (all && run == null) {
        return decidedAll(client, client.redriveAll(tenant, agent));
      }
      if (all || agent != null || tenant == null || run == null) {
        throw new IllegalArgumentException("give TENANT and RUN, or --all with or without TENANT");
      }
      return decided(client, tenant, client.redrive(tenant, run));
    }

    /** What became of each; those that the gateway did not name are undecided. */
    private static JsonNode decidedAll(GatewayJson client, JsonNode sent) {
      var all = (ObjectNode) sent.deepCopy();
      int redriven = 0;
      int refused = 0;
      long until = System.nanoTime() + DECIDED_WITHIN.toNanos();
      for (var one : all.path("redrives")) {
        var left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
        var said =
            decision(client, one.path("tenant").asText(), one.path("command_id").asText(), left);
        var word = said == null ? UNDECIDED : said.path("decision").asText();
        ((ObjectNode) one).put("decision", word);
        if (said != null) {
          ((ObjectNode) one).put("reason", said.path("reason").asText());
          until = System.nanoTime() + DECIDED_WITHIN.toNanos(); // the gate is at it
        }
        redriven += word.equals("REDRIVE") ? 1 : 0;
        refused += word.equals("REFUSE") ? 1 : 0;
      }
      int undecided = all.path("requested").asInt() - redriven - refused;
      return all.put("redriven", redriven).put("refused", refused).put("undecided", undecided);
    }

    @Override
    int exitCode(JsonNode answer) {
      int refused = answer.path("refused").asInt();
      int undecided = answer.path("undecided").asInt();
      if (refused + undecided > 0) {
        System.err.println(
            "of %d redrives %d were refused, and of %d it is not known"
                .formatted(answer.path("requested").asInt(), refused, undecided));
      }
      if (refused > 0) {
        return CommandLine.ExitCode.SOFTWARE;
      }
      return undecided > 0 ? EXIT_UNDECIDED : super.exitCode(answer);
    }
  }
}
