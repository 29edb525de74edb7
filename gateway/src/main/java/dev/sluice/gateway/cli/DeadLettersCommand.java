package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.client.SluiceClient;
import picocli.CommandLine.Command;

/** {@code sluice dead-letters}. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "Prints runs that ended as DEAD, and records that could not be read.")
public final class DeadLettersCommand extends ClientCommand {
  @Override
  JsonNode ask(SluiceClient client) {
    return client.deadLetters();
  }
}
