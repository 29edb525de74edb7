package dev.sluice.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.client.SluiceClient;
import dev.sluice.gateway.client.SluiceException;
import dev.sluice.local.trace.TopicTail;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Shows the tenants as they are: a table that redraws itself in a terminal, lines without one. */
final class LiveView {
  private static final int ROWS = 16;
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

  private final SluiceClient client;
  private final TopicTail tail;
  private final PrintStream out;
  private final boolean terminal;
  private final List<String> said = new ArrayList<>();

  LiveView(SluiceClient client, TopicTail tail, PrintStream out) {
    this.client = client;
    this.tail = tail;
    this.out = out;
    this.terminal = Boolean.getBoolean("sluice.terminal");
  }

  long pauseMs() {
    return terminal ? 500 : 2_000;
  }

  /** Something that stays in view. */
  void say(String line) {
    said.add(line);
    if (!terminal) {
      out.println(line);
    }
  }

  void show(Duration passed, int submitted, int completed, int all) {
    try {
      var tenants = new ArrayList<JsonNode>();
      client.tenants().path("tenants").forEach(tenants::add);
      var line =
          "%5.1f s  submitted %d of %d, completed %d, in flight %d, held %d, ready %d"
              .formatted(
                  passed.toMillis() / 1_000.0,
                  submitted,
                  all,
                  completed,
                  sum(tenants, "in_flight"),
                  sum(tenants, "held"),
                  sum(tenants, "ready"));
      if (terminal) {
        out.print(HOME_AND_CLEAR);
      }
      out.println(line);
      if (terminal) {
        table(tenants);
        said.forEach(out::println);
      }
      out.flush();
    } catch (SluiceException e) {
      out.println("the gateway says: " + e.getMessage());
    }
  }

  private static int sum(List<JsonNode> tenants, String field) {
    return tenants.stream().mapToInt(tenant -> tenant.path(field).asInt()).sum();
  }

  private void table(List<JsonNode> tenants) {
    out.printf(
        "%n%-10s %5s %9s %6s %6s %14s %14s %14s %10s%n",
        "tenant",
        "cap",
        "in flight",
        "held",
        "ready",
        "oldest running",
        "oldest held",
        "oldest ready",
        "start p50");
    var latencies = tail.startLatencies();
    tenants.sort(
        Comparator.comparingInt(
            tenant -> -(tenant.path("in_flight").asInt() + tenant.path("held").asInt())));
    for (var tenant : tenants.subList(0, Math.min(ROWS, tenants.size()))) {
      var name = tenant.path("tenant").asText();
      var latency = latencies.get(name);
      out.printf(
          "%-10s %5d %9d %6d %6d %14s %14s %14s %10s%n",
          name,
          tenant.path("cap").asInt(),
          tenant.path("in_flight").asInt(),
          tenant.path("held").asInt(),
          tenant.path("ready").asInt(),
          age(tenant, "oldest_in_flight"),
          age(tenant, "oldest_held"),
          age(tenant, "oldest_ready"),
          latency == null ? "–" : latency + " ms");
    }
    out.printf("… and %d more%n", Math.max(0, tenants.size() - ROWS));
  }

  private static String age(JsonNode tenant, String field) {
    var text = tenant.path(field).asText();
    return text.isEmpty() ? "–" : "%.1f s".formatted(Duration.parse(text).toMillis() / 1_000.0);
  }
}
