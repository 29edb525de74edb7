package dev.sluice.local.trace;

import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice replay}: a trace against a running stack. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Replays a trace (.csv or .swf, optionally .gz) against a running stack.")
public final class ReplayCommand implements Callable<Integer> {
  private static final int BAR = 40;

  @Parameters(index = "0", paramLabel = "FILE", description = "The trace.")
  private Path file = Path.of("");

  @Option(
      names = "--speed",
      paramLabel = "X",
      required = true,
      description = "Speed-up: with 600, an hour takes six seconds.")
  private double speed;

  @Option(
      names = "--stretch",
      paramLabel = "Y",
      description = "Factor for the durations of runs; default ${DEFAULT-VALUE}.",
      defaultValue = "15")
  private double stretch;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Kafka's addresses; default ${DEFAULT-VALUE}.",
      defaultValue = "127.0.0.1:9092")
  private String bootstrap = "";

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description = "The schema registry; default ${DEFAULT-VALUE}.",
      defaultValue = "http://127.0.0.1:8081")
  private String registry = "";

  @Option(names = "--prefix", paramLabel = "PREFIX", description = "Prefix of the topics' names.")
  private String prefix = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException("cannot read the trace " + file);
    }
    var runs = Traces.file(file, new TraceScale(speed, stretch, Long.MAX_VALUE));
    try (var replay = new TraceReplay(bootstrap, registry, prefix);
        var tail = new TopicTail(bootstrap, registry, prefix)) {
      var feeder = Thread.ofPlatform().name("replay").start(() -> feed(replay, runs));
      boolean live = Boolean.getBoolean("sluice.terminal");
      while (feeder.isAlive() || tail.completed() < replay.submitted()) {
        Thread.sleep(live ? 200 : 2_000);
        show(live, replay.submitted(), tail.completed(), runs.size());
      }
    }
    System.out.println();
    var history = new TopicHistoryReader(bootstrap, registry, prefix).read();
    var report = Checker.check(history, Map.of("free", 2, "pro", 20));
    ReportPrinter.print(report, System.out);
    return report.isClean() ? 0 : 1;
  }

  private static void feed(TraceReplay replay, java.util.List<TraceRun> runs) {
    try {
      replay.replay(runs, "-" + Long.toString(System.currentTimeMillis(), 36));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void show(boolean live, int submitted, int completed, int all) {
    if (live) {
      int done = all == 0 ? BAR : BAR * completed / all;
      System.out.printf(
          "\r[%s%s] %d of %d completed, %d submitted ",
          "#".repeat(done), ".".repeat(BAR - done), completed, all, submitted);
      System.out.flush();
    } else {
      System.out.printf("submitted %d, completed %d of %d%n", submitted, completed, all);
    }
  }
}
