package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice cancel}. */
@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = "Asks a run to end, and waits for the gate's decision.")
public final class CancelCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TENANT", description = "The tenant that owns the run.")
  private String tenant = "";

  @Parameters(index = "1", paramLabel = "RUN", description = "The run's id.")
  private String run = "";

  @Override
  JsonNode ask(GatewayJson client) {
    return decided(client, tenant, client.cancel(tenant, run));
  }
}
