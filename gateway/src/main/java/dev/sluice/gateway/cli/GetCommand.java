package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice get}. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a run's state, its journal or its children.",
      "The state shows what the run waits for, until when, and how many children have each status."
    })
public final class GetCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TENANT", description = "The tenant that owns the run.")
  private String tenant = "";

  @Parameters(index = "1", paramLabel = "RUN", description = "The run's id.")
  private String run = "";

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "Wait this long for the run to end (ISO-8601, up to PT60S).")
  private Duration wait = Duration.ZERO;

  @Option(names = "--journal", description = "Print one page of the run's journal instead.")
  private boolean journal;

  @Option(
      names = "--values",
      description = "With --journal: also show inputs, results, signals, checkpoints and outputs.")
  private boolean values;

  @Option(names = "--children", description = "Print one page of the run's children instead.")
  private boolean children;

  @Mixin private PageOptions page = new PageOptions();

  @Override
  PageOptions pages() {
    return page;
  }

  @Override
  JsonNode ask(GatewayJson client) {
    if (page.isGiven() && !children && !journal) {
      throw new IllegalArgumentException(
          "--limit, --after and --all go with --journal or --children");
    }
    if (values && !journal) {
      throw new IllegalArgumentException("--values goes with --journal");
    }
    var query = page.query();
    query.putIfAbsent("limit", "1000");
    if (children) {
      query.put("parent", run);
      return client.list(tenant, query);
    }
    if (values) {
      query.put("values", "true");
    }
    return journal ? client.journal(tenant, run, query) : client.get(tenant, run, wait);
  }
}
