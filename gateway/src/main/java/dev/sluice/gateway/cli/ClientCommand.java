package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Secrets;
import dev.sluice.gateway.client.SluiceClient;
import dev.sluice.gateway.client.SluiceException;
import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A command over HTTP: the answer goes to standard output, what went wrong to standard error. */
abstract class ClientCommand implements Callable<Integer> {
  private static final int BAD_REQUEST = 400;
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The gateway; default ${DEFAULT-VALUE}.",
      defaultValue = "http://127.0.0.1:8080")
  private URI url = URI.create("http://127.0.0.1:8080");

  /** Asks the gateway. */
  abstract JsonNode ask(SluiceClient client);

  /** Puts what was given; null was not. */
  static void put(ObjectNode object, String field, @Nullable Object value) {
    if (value != null) {
      object.set(field, JSON.valueToTree(value));
    }
  }

  @Override
  public Integer call() throws JsonProcessingException {
    try {
      System.out.println(JSON.writeValueAsString(ask(new SluiceClient(url))));
      return 0;
    } catch (SluiceException e) {
      System.err.println(Secrets.masked(String.valueOf(e.getMessage())));
      return e.status() == BAD_REQUEST ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    } catch (IllegalArgumentException e) {
      System.err.println(Secrets.masked(String.valueOf(e.getMessage())));
      return CommandLine.ExitCode.USAGE;
    }
  }
}
