package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who reads a log for a fault should not have to know which warnings are always there. */
final class QuietStartIT {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final Pattern LINE = Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} [A-Z]+ +.*");
  private static final Pattern QUIET = Pattern.compile("[0-9:.]+ INFO .*");

  @Test
  void noProcessWarnsWhenAStackStartsAndExecutesARun() throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, null, 1, 4))) {
      execute(URI.create(stack.gatewayUrl() + "/v1/tenants/acme/runs"));

      var loud = new TreeMap<String, String>();
      var logs = stack.data().resolve("logs");
      for (var process : new String[] {"broker", "gate", "catalog", "gateway", "runner-1"}) {
        for (var line : Files.readAllLines(logs.resolve(process + ".log"))) {
          if (!QUIET.matcher(line).matches()) {
            loud.put(process, line);
          }
        }
      }

      assertThat(loud).isEmpty();
      assertThat(Files.readString(logs.resolve("gate.log"))).containsPattern(LINE);
    }
  }

  private static void execute(URI runs) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var submission =
          HttpRequest.newBuilder(runs)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"agent\":\"echo\",\"run_id\":\"one\"}"))
              .build();
      assertThat(http.send(submission, BodyHandlers.ofString()).statusCode()).isEqualTo(202);
      var end = HttpRequest.newBuilder(URI.create(runs + "/one?wait=PT5S")).build();
      Awaitility.await()
          .atMost(BOUND)
          .until(() -> http.send(end, BodyHandlers.ofString()).body().contains("SUCCEEDED"));
    }
  }
}
