package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures here, too.")
  private @Nullable Path json;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Of accept, start, work, kill, curve; default: all but curve.")
  private Set<String> only = Set.of("accept", "start", "work", "kill");

  public static void main(String[] arguments) {
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
    List<Figure> figures = new ArrayList<>();
    if (only.contains("kill")) {
      add(figures, KillToResume.measure());
    }
    try (var bed = new Bed()) {
      if (only.contains("accept")) {
        add(figures, AcceptLatency.measure(bed));
      }
      if (only.contains("start")) {
        add(figures, StartLatency.measure(bed, 10));
      }
      if (only.contains("curve")) {
        for (int interval : new int[] {5, 20, 50, 100}) {
          add(figures, StartLatency.measure(bed, interval));
        }
      }
      if (only.contains("work")) {
        add(figures, StepsAndThroughput.measure(bed));
      }
    }
    if (json != null) {
      var mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      Files.writeString(json, mapper.writeValueAsString(figures));
    }
    return 0;
  }

  private static void add(List<Figure> all, List<Figure> figures) {
    all.addAll(figures);
    figures.forEach(figure -> print(figure, System.out));
  }

  private static void print(Figure figure, PrintStream out) {
    out.printf("%-52s %10.2f %-7s", figure.figure(), figure.value(), figure.unit());
    if (figure.floor() != null) {
      out.printf(" floor %10.2f  ratio %5.2f", figure.floor(), figure.ratio());
    }
    out.println();
  }
}
