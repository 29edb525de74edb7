package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.client.SluiceClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice dead-letters}. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = {"Lists dead runs and unreadable records, or redrives runs."},
    subcommands = {DeadLettersCommand.ListThem.class, DeadLettersCommand.Redrive.class})
public final class DeadLettersCommand extends ClientCommand {
  @Override
  JsonNode ask(SluiceClient client) {
    return client.deadLetters();
  }

  /** {@code sluice dead-letters list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Prints a page of dead runs and unreadable records.")
  static final class ListThem extends ClientCommand {
    @Option(names = "--tenant", paramLabel = "TENANT", description = "Only runs of this tenant.")
    private @Nullable String tenant;

    @Option(names = "--agent", paramLabel = "AGENT", description = "Only runs of this agent.")
    private @Nullable String agent;

    @Option(names = "--kind", paramLabel = "KIND", description = "Only DEAD_RUN or UNREADABLE.")
    private @Nullable String kind;

    @Mixin private PageOptions page = new PageOptions();

    @Override
    JsonNode ask(SluiceClient client) {
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
        "Sends one DEAD run back through the gate, or every one that the filters let pass.",
        "It goes on at the step that failed, under the tenant's cap and its own budget."
      })
  static final class Redrive extends ClientCommand {
    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "TENANT",
        description = "Whose run it is.")
    private @Nullable String tenant;

    @Parameters(index = "1", arity = "0..1", paramLabel = "RUN", description = "The run's id.")
    private @Nullable String run;

    @Option(names = "--all", description = "All runs that stand DEAD: of TENANT, or of everybody.")
    private boolean all;

    @Option(names = "--agent", paramLabel = "AGENT", description = "With --all: of this agent.")
    private @Nullable String agent;

    @Override
    JsonNode ask(SluiceClient client) {
      if (all && run == null) {
        return client.redriveAll(tenant, agent);
      }
      if (all || agent != null || tenant == null || run == null) {
        throw new IllegalArgumentException("give TENANT and RUN, or --all with or without TENANT");
      }
      return decided(client, tenant, client.redrive(tenant, run));
    }
  }
}
