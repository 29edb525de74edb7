package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.client.SluiceClient;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Prints a page of a tenant's runs, the newest first.")
public final class ListCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TENANT", description = "Whose runs.")
  private String tenant = "";

  @Option(names = "--status", paramLabel = "STATUS", description = "Only runs of this status.")
  private @Nullable String status;

  @Option(names = "--agent", paramLabel = "AGENT", description = "Only runs of this agent.")
  private @Nullable String agent;

  @Option(names = "--label", paramLabel = "KEY:VALUE", description = "Only runs with this label.")
  private @Nullable String label;

  @Option(names = "--parent", paramLabel = "RUN", description = "Only the children of this run.")
  private @Nullable String parent;

  @Option(names = "--root", paramLabel = "RUN", description = "Only runs of the tree of this root.")
  private @Nullable String root;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many, up to 1000.")
  private @Nullable Integer limit;

  @Option(names = "--after", paramLabel = "NEXT", description = "The next of the page before.")
  private @Nullable String after;

  @Override
  JsonNode ask(SluiceClient client) {
    var query = new HashMap<String, String>();
    put(query, "status", status);
    put(query, "agent", agent);
    put(query, "label", label);
    put(query, "parent", parent);
    put(query, "root", root);
    put(query, "limit", limit);
    put(query, "after", after);
    return client.list(tenant, query);
  }

  private static void put(Map<String, String> query, String name, @Nullable Object value) {
    if (value != null) {
      query.put(name, value.toString());
    }
  }
}
