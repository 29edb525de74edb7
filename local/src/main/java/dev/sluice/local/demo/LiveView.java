package dev.sluice.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.SluiceException;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.trace.TopicTail;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Shows the tenants live: as a redrawn table in a terminal, as lines otherwise. */
final class LiveView {
  /** How far the replay has come. */
  record Progress(Duration passed, int submitted, int all) {}

  private static final int ROWS_WITHOUT_TERMINAL = 6;
  private static final int LINES_PER_TABLE = 4;
  private static final int LINES_BESIDE_ROWS = 12;
  private static final int MOST_ROWS = 24;
  private static final int BAR = 40;

  private final GatewayJson client;
  private final TopicTail tail;
  private final PrintStream out;
  private final boolean terminal = Boolean.getBoolean("sluice.terminal");
  private final int rows = Integer.getInteger("sluice.rows", 24);
  private final Screen screen;
  private final TenantTable table;
  private final List<String> said = new ArrayList<>();
  private int shown;

  LiveView(GatewayJson client, TopicTail tail, PrintStream out) {
    this.client = client;
    this.tail = tail;
    this.out = out;
    this.screen = new Screen(out, Integer.getInteger("sluice.columns", 80));
    this.table = new TenantTable(out.charset().newEncoder().canEncode('█') ? '█' : '#');
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

  void show(Progress progress) {
    try {
      var tenants = new ArrayList<JsonNode>();
      client.tenants().path("tenants").forEach(tenants::add);
      table.take(tenants);
      var totals =
          Totals.of(
              progress.submitted(),
              tail.completed(),
              tail.claimed(),
              TenantTable.sum(tenants, "held"));
      if (terminal) {
        screen.draw(frame(progress, totals, tenants));
      } else {
        print(progress, totals);
      }
      shown++;
    } catch (SluiceException e) {
      screen.say("the gateway says: " + e.getMessage());
    }
  }

  private void print(Progress progress, Totals totals) {
    out.println(
        "%5.1f s  submitted %d of %d, completed %d, in flight %d, held %d, ready %d%s"
            .formatted(
                seconds(progress.passed()),
                totals.submitted(),
                progress.all(),
                totals.completed(),
                totals.inFlight(),
                totals.held(),
                totals.ready(),
                said.isEmpty() ? "" : ", carried on " + tail.carriedOn()));
    if (shown % LINES_PER_TABLE == LINES_PER_TABLE - 1) {
      table
          .lines(ROWS_WITHOUT_TERMINAL, tail.startLatencies())
          .forEach(line -> out.println("    " + line));
    }
    out.flush();
  }

  private List<String> frame(Progress progress, Totals totals, List<JsonNode> tenants) {
    var frame = new ArrayList<String>();
    int done = progress.all() == 0 ? BAR : BAR * totals.completed() / progress.all();
    frame.add(
        "[%s%s] %d of %d completed  %5.1f s"
            .formatted(
                "#".repeat(done),
                ".".repeat(BAR - done),
                totals.completed(),
                progress.all(),
                seconds(progress.passed())));
    frame.add(
        "submitted %d = completed %d + in flight %d + held by caps %d + ready %d"
            .formatted(
                totals.submitted(),
                totals.completed(),
                totals.inFlight(),
                totals.held(),
                totals.ready()));
    frame.add("");
    int room = Math.max(1, Math.min(MOST_ROWS, rows - LINES_BESIDE_ROWS));
    frame.addAll(table.lines(room, tail.startLatencies()));
    frame.add("… and %d more tenants".formatted(Math.max(0, tenants.size() - room)));
    frame.add("");
    frame.addAll(said);
    if (!said.isEmpty()) {
      frame.add(tail.carriedOn() + " runs carried on elsewhere from their journals");
    }
    return frame;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }
}
