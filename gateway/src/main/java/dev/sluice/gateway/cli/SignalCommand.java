package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice signal}. */
@Command(
    name = "signal",
    mixinStandardHelpOptions = true,
    description =
        "Sends a signal to a run. A signal that arrives before the run waits for it is kept.")
public final class SignalCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TENANT", description = "The tenant that owns the run.")
  private String tenant = "";

  @Parameters(index = "1", paramLabel = "RUN", description = "The run's id.")
  private String run = "";

  @Parameters(index = "2", paramLabel = "NAME", description = "The signal's name.")
  private String name = "";

  @Parameters(
      index = "3",
      arity = "0..1",
      paramLabel = "PAYLOAD",
      description = "The payload; JSON unless --content-type says otherwise.")
  private @Nullable String payload;

  @Option(names = "--file", paramLabel = "FILE", description = "Read the payload from this file.")
  private @Nullable Path file;

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      description = "Media type of the payload; default ${DEFAULT-VALUE}.",
      defaultValue = "application/json")
  private String contentType = "application/json";

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "Idempotency key: repeating it never sends a second signal.")
  private @Nullable String idempotencyKey;

  @Override
  JsonNode ask(GatewayJson client) {
    return decided(
        client, tenant, client.signal(tenant, run, name, bytes(), contentType, idempotencyKey));
  }

  private byte[] bytes() {
    if (file != null && payload != null) {
      throw new IllegalArgumentException("give PAYLOAD or --file, not both");
    }
    if (file == null) {
      return payload == null ? new byte[0] : payload.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("--file " + file + " cannot be read", e);
    }
  }
}
