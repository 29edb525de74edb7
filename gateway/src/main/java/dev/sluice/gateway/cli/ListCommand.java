package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Prints one page of a tenant's runs, newest first.")
public final class ListCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TENANT", description = "The tenant that owns the runs.")
  private String tenant = "";

  @Option(names = "--status", paramLabel = "STATUS", description = "Only runs with this status.")
  private @Nullable String status;

  @Option(names = "--agent", paramLabel = "AGENT", description = "Only runs of this agent.")
  private @Nullable String agent;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only runs with this label.")
  private @Nullable String label;

  @Option(names = "--parent", paramLabel = "RUN", description = "Only the children of this run.")
  private @Nullable String parent;

  @Option(names = "--root", paramLabel = "RUN", description = "Only runs in this root's tree.")
  private @Nullable String root;

  @Mixin private PageOptions page = new PageOptions();

  @Override
  PageOptions pages() {
    return page;
  }

  @Override
  JsonNode ask(GatewayJson client) {
    var query = page.query();
    PageOptions.put(query, "status", status);
    PageOptions.put(query, "agent", agent);
    PageOptions.put(query, "label", label == null ? null : asAsked(label));
    PageOptions.put(query, "parent", parent);
    PageOptions.put(query, "root", root);
    return client.list(tenant, query);
  }

  /** As the interface spells it, {@code KEY:VALUE}, which is taken, too: no key has either sign. */
  static String asAsked(String label) {
    int colon = label.indexOf(':');
    int equals = label.indexOf('=');
    boolean isOurs = equals > 0 && (colon < 0 || equals < colon);
    return isOurs ? label.substring(0, equals) + ":" + label.substring(equals + 1) : label;
  }
}
