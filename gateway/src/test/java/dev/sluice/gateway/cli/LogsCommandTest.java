package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.HttpServer;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Reply;
import dev.sluice.http.message.Request;
import dev.sluice.http.message.Streamed;
import dev.sluice.http.route.Route;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What somebody sees in a terminal who follows a run. */
final class LogsCommandTest {
  /** What each request for events is answered with; an answer without its end breaks off. */
  private final Queue<String> answers = new ArrayDeque<>();

  private final List<String> lastIds = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final HttpServer server =
      HttpServer.start(
          HttpConfig.loopback("logs", 0),
          List.of(
              Route.get("/v1/tenants/{tenant}/runs/{run}/events", this::events),
              Route.get("/v1/tenants/{tenant}/runs/{run}/output", request -> streamed("so far"))
                  .asking("follow")),
          status -> {},
          Duration.ZERO);

  @AfterEach
  void stop() {
    server.close();
  }

  private synchronized Reply events(Request request) {
    if (request.parameter("run").equals("unknown")) {
      throw Problem.notFound("no such run");
    }
    keys.add(String.valueOf(request.header("authorization")));
    lastIds.add(String.valueOf(request.header("last-event-id")));
    return streamed(answers.remove());
  }

  private static Streamed streamed(String text) {
    return new Streamed(
        "text/plain",
        Map.of(),
        pieces -> {
          pieces.write(text.getBytes(StandardCharsets.UTF_8));
          return !text.endsWith("\n\n");
        });
  }

  private static String event(String name, String id, String data) {
    return "event: " + name + "\nid: " + id + "\ndata: " + data + "\n\n";
  }

  private String out(int expected, String... words) {
    var before = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      var line = new CommandLine(new LogsCommand());
      var all = new java.util.ArrayList<>(List.of(words));
      all.add("--url=http://127.0.0.1:" + server.port());
      assertThat(line.execute(all.toArray(String[]::new))).isEqualTo(expected);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void goesOnBehindTheLastEventWhenTheConnectionBreaksOff() {
    answers.add(
        event("state", "1", "{\"status\":\"RUNNING\"}")
            + event("output", "2", "{\"epoch\":1,\"number\":1,\"text\":\"Twen\"}"));
    answers.add(
        ":\n\n"
            + event("output", "3", "{\"epoch\":1,\"number\":2,\"base64\":\"dHk=\"}")
            + event("output", "4", "{\"epoch\":1,\"number\":2,\"text\":\"no\",\"stale\":true}")
            + event("end", "5", "{\"status\":\"SUCCEEDED\",\"truncated\":false}"));

    var shown = out(CommandLine.ExitCode.OK, "-f", "--key=slk_1", "acme", "r");

    assertThat(shown).isEqualTo("Twenty");
    assertThat(lastIds).containsExactly("null", "2");
    assertThat(keys).containsExactly("Bearer slk_1", "Bearer slk_1");
  }

  @Test
  void tellsThatTheRunFailedAndWhy() {
    answers.add(event("end", "1", "{\"status\":\"FAILED\",\"error\":{\"message\":\"no\"}}"));
    var before = System.err;
    var said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      out(CommandLine.ExitCode.SOFTWARE, "--follow", "acme", "r");
    } finally {
      System.setErr(before);
    }

    assertThat(said.toString(StandardCharsets.UTF_8)).contains("[FAILED: no]");
  }

  @Test
  void doesNotAskAgainWhatIsRefused() {
    out(CommandLine.ExitCode.SOFTWARE, "-f", "acme", "unknown");

    assertThat(lastIds).isEmpty();
  }

  @Test
  void printsWhatThereIsAndEndsIfItIsNotToFollow() {
    assertThat(out(CommandLine.ExitCode.OK, "acme", "r")).isEqualTo("so far");
  }
}
