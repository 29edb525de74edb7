package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice agents}. */
@Command(
    name = "agents",
    mixinStandardHelpOptions = true,
    description = {
      "Prints how many runs need which version of each agent, and how many workers have it.",
      "A version is removable if no run needs it that other workers could not replay."
    })
public final class AgentsCommand extends ClientCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "AGENT",
      description = "Show only this agent.")
  private @Nullable String agent;

  @Option(names = "--pool", paramLabel = "POOL", description = "Only agents in this pool.")
  private @Nullable String pool;

  @Override
  JsonNode ask(GatewayJson client) {
    var query = new HashMap<String, String>();
    PageOptions.put(query, "agent", agent);
    PageOptions.put(query, "pool", pool);
    return client.agents(query);
  }
}
