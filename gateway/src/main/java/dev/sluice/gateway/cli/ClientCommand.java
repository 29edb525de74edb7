package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.gateway.client.SluiceClient;
import dev.sluice.gateway.client.SluiceException;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command over HTTP: the answer goes to standard output, what went wrong to standard error. */
abstract class ClientCommand implements Callable<Integer> {
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

  @Override
  public Integer call() throws JsonProcessingException {
    try {
      System.out.println(JSON.writeValueAsString(ask(new SluiceClient(url))));
      return 0;
    } catch (SluiceException e) {
      System.err.println(e.getMessage());
      return 1;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }
}
