package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.SluiceException;
import dev.sluice.contract.Secrets;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice logs}. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what a run emits.",
      "With -f until the run has ended: exit code 0 if it SUCCEEDED, 1 if not. What is printed may",
      "come again when another worker repeats a step that its worker did not end; a line on",
      "standard error says so."
    })
public final class LogsCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int BAD_REQUEST = 400;

  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Option(
      names = {"-f", "--follow"},
      description = "Wait for more until the run has ended.")
  private boolean follow;

  @Parameters(index = "0", paramLabel = "TENANT", description = "The tenant that owns the run.")
  private String tenant = "";

  @Parameters(index = "1", paramLabel = "RUN", description = "The run's id.")
  private String run = "";

  /** Prints events and keeps how the run ended. */
  private static final class Shown implements EventReader.Listener {
    private final PrintStream out;
    private String status = "";
    private int epoch;

    Shown(PrintStream out) {
      this.out = out;
    }

    @Override
    public boolean hear(String name, JsonNode data) throws IOException {
      switch (name) {
        case "output" -> output(data);
        case "gap" -> System.err.println("[something is missing: " + data.path("reason") + "]");
        case "end" -> {
          status = data.path("status").asText();
          var error = data.path("error").path("message").asText();
          if (!error.isEmpty()) {
            out.flush();
            System.err.println("[" + status + ": " + Secrets.masked(error) + "]");
          }
          if (data.path("truncated").asBoolean()) {
            System.err.println("[not all that the run emitted has come]");
          }
          return false;
        }
        default -> {}
      }
      return true;
    }

    private void output(JsonNode data) throws IOException {
      if (data.path("stale").asBoolean()) {
        return;
      }
      int number = data.path("epoch").asInt();
      if (epoch != 0 && number != epoch) {
        out.flush();
        System.err.println("[epoch " + number + "]");
      }
      epoch = number;
      out.write(
          data.has("base64")
              ? Base64.getDecoder().decode(data.path("base64").asText())
              : data.path("text").asText().getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  @Override
  public Integer call() throws IOException {
    try (var reader = new EventReader(gateway, tenant, run, PAUSE)) {
      if (!follow) {
        reader.copyOutput(System.out);
        System.out.flush();
        return CommandLine.ExitCode.OK;
      }
      var shown = new Shown(System.out);
      reader.follow(shown);
      return shown.status.equals("SUCCEEDED")
          ? CommandLine.ExitCode.OK
          : CommandLine.ExitCode.SOFTWARE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CommandLine.ExitCode.SOFTWARE;
    } catch (SluiceException e) {
      System.err.println(Secrets.masked(String.valueOf(e.getMessage())));
      return e.status() == BAD_REQUEST ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    }
  }
}
