package dev.sluice.client.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/clients.md shows compiles, and does what it says. */
final class DocumentedExamplesTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void eachExampleStandsInASourceThatIsCompiled() throws IOException {
    var sources = new ArrayList<String>();
    for (var folder :
        List.of(
            "src/test/java/dev/sluice/client/examples",
            "../client-kafka/src/test/java/dev/sluice/client/kafka/examples")) {
      try (var files = Files.list(Path.of(folder))) {
        for (var file : files.toList()) {
          sources.add(lines(Files.readString(file)));
        }
      }
    }
    var blocks = BLOCK.matcher(Files.readString(Path.of("../docs/clients.md"))).results().toList();

    assertThat(blocks).hasSizeGreaterThan(4);
    for (var block : blocks) {
      assertThat(sources)
          .as(block.group(1))
          .anyMatch(source -> source.contains(lines(block.group(1))));
    }
  }

  /** However they are indented. */
  private static String lines(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  @Test
  void anExampleRuns() throws IOException {
    var gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/v1/tenants/acme/runs",
        exchange -> {
          var json =
              "{\"run_id\":\"r\",\"tenant\":\"acme\",\"status\":\"SUCCEEDED\",\"output\":{\"article\":\"tea\",\"count\":2}}";
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, json.length());
          exchange.getResponseBody().write(json.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    gateway.start();
    var before = System.out;
    var said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      OrderTea.main(new String[] {"http://127.0.0.1:" + gateway.getAddress().getPort()});
    } finally {
      System.setOut(before);
      gateway.stop(0);
    }

    assertThat(said.toString(StandardCharsets.UTF_8).strip()).isEqualTo("tea");
  }
}
