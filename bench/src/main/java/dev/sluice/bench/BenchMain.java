package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures Sluice on the real broker, each figure beside its floor.")
public final class BenchMain implements Callable<Integer> {
  private static final List<String> PARTS =
      List.of(
          "kill", "accept", "start", "step", "work", "memory", "resume", "fan-out", "replay",
          "waiting", "curve");
  private static final int COMMIT_INTERVAL_MS = 10;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures here, too.")
  private @Nullable Path json;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description =
          "Of kill, accept, start, step, work, memory, resume, fan-out, replay, waiting, curve;"
              + " default: all but curve.")
  private Set<String> only = new TreeSet<>(PARTS.subList(0, PARTS.size() - 1));

  public static void main(String[] arguments) {
    // Before anything logs: topics that are being created are no news here.
    System.setProperty("logback.configurationFile", "logback-bench.xml");
    var commands =
        new CommandLine(new BenchMain())
            .setParameterExceptionHandler(
                (wrong, given) -> {
                  System.err.println(wrong.getMessage());
                  return CommandLine.ExitCode.USAGE;
                });
    System.exit(commands.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    var unknown = new TreeSet<>(only);
    unknown.removeAll(PARTS);
    if (!unknown.isEmpty()) {
      System.err.println("--only: no part " + unknown + "; there are " + PARTS);
      return CommandLine.ExitCode.USAGE;
    }
    List<Figure> figures = new ArrayList<>();
    for (var part : PARTS) {
      if (only.contains(part)) {
        var measured = measure(part);
        measured.forEach(figure -> print(figure, System.out));
        figures.addAll(measured);
      }
    }
    if (json != null) {
      var mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      Files.writeString(json, mapper.writeValueAsString(figures));
    }
    return 0;
  }

  /** Every part has a broker of its own, so that none is measured on what another left behind. */
  private static List<Figure> measure(String part) throws Exception {
    if (part.equals("kill")) {
      return KillToResume.measure();
    }
    try (var bed = new Bed()) {
      return switch (part) {
        case "accept" -> AcceptLatency.measure(bed);
        case "start" -> StartLatency.measure(bed, COMMIT_INTERVAL_MS);
        case "step" -> DurableStep.measure(bed);
        case "work" -> Throughput.measure(bed);
        case "memory" -> BlockedMemory.measure(bed);
        case "resume" -> ResumeLatency.measure(bed);
        case "fan-out" -> FanOut.measure(bed);
        case "replay" -> Replay.measure(bed);
        case "waiting" -> WaitingState.measure(bed);
        case "curve" -> CommitCurve.measure(bed);
        default -> throw new IllegalArgumentException(part);
      };
    }
  }

  private static void print(Figure figure, PrintStream out) {
    out.printf("%-76s %9.2f %-7s", figure.figure(), figure.value(), figure.unit());
    if (figure.floor() != null) {
      out.printf(" floor %9.2f  ratio %5.2f", figure.floor(), figure.ratio());
    }
    out.println();
  }
}
