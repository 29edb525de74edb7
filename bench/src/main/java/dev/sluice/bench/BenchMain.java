package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.bench.deployed.Deployed;
import dev.sluice.bench.inprocess.InProcess;
import dev.sluice.bench.measure.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench}. */
@Command(
    name = "sluice bench",
    mixinStandardHelpOptions = true,
    description =
        "Measures Sluice as deployed, with broker, gate, catalog, gateway and runner as separate"
            + " processes, and compares each figure with a floor of separate processes.")
public final class BenchMain implements Callable<Integer> {
  private static final String CURVE = "curve";

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the figures to this file.")
  private @Nullable Path json;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description =
          "Some of ready, start, step, backlog, flood, kill; with --in-process: accept, start,"
              + " step, work, memory, resume, fan-out, replay, waiting, curve. Default: all but"
              + " curve.")
  private Set<String> only = new LinkedHashSet<>();

  @Option(
      names = "--in-process",
      description =
          "Measure broker, gate and runner inside one warm JVM instead. Nobody deploys that; it"
              + " serves to compare commits.")
  private boolean inProcess;

  @Option(
      names = "--quick",
      description = "Do a fraction of everything, to see that it works; the figures mean little.")
  private boolean quick;

  private final List<Figure> figures = new ArrayList<>();

  public static void main(String[] arguments) {
    // Before anything logs: topics that are being created are no news here.
    System.setProperty("logback.configurationFile", "logback-bench.xml");
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new BenchMain())
        .setParameterExceptionHandler((wrong, given) -> usage(String.valueOf(wrong.getMessage())))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              System.err.println("sluice bench: " + failure);
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(arguments);
  }

  private static int usage(String problem) {
    System.err.println(problem + "; see sluice bench --help");
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public Integer call() throws Exception {
    var parts = inProcess ? InProcess.PARTS : Deployed.PARTS;
    var problem = problem(parts);
    if (problem != null) {
      return usage(problem);
    }
    var chosen = new TreeSet<>(only.isEmpty() ? parts : only);
    if (only.isEmpty()) {
      chosen.remove(CURVE);
    }
    if (inProcess) {
      System.out.println("broker, gate and runner inside one warm JVM; nobody deploys this");
      InProcess.measure(chosen, this::add);
    } else {
      System.out.println("processes with the flags, jars and caches of classes they ship with");
      Deployed.measure(chosen, quick, this::add);
    }
    return 0;
  }

  /** The problem with the flags; null for none. */
  private @Nullable String problem(List<String> parts) {
    var unknown = new TreeSet<>(only);
    unknown.removeAll(parts);
    if (!unknown.isEmpty()) {
      return "--only: no part " + unknown + "; there are " + parts;
    }
    if (inProcess && quick) {
      return "--quick is not for --in-process; choose parts with --only";
    }
    var unwritable = json == null ? null : problemOf(json);
    return unwritable == null ? null : "--json: " + unwritable;
  }

  /** Why nothing can be written there; null if it can. Better now than after minutes. */
  private static @Nullable String problemOf(Path file) {
    try {
      Files.writeString(file, "[]");
      return null;
    } catch (IOException e) {
      return "cannot write to " + file + " (" + e.getClass().getSimpleName() + ")";
    }
  }

  /** Shows what has been measured, and writes all there is so far. */
  private void add(List<Figure> more) {
    figures.addAll(more);
    more.forEach(figure -> print(figure, System.out));
    if (json != null) {
      try {
        var mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(json, mapper.writeValueAsString(figures));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write to " + json, e);
      }
    }
  }

  private static void print(Figure figure, PrintStream out) {
    var line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT, "%-58s %10.3f %-7s", figure.figure(), figure.value(), figure.unit()));
    var floor = figure.floor();
    var ratio = figure.ratio();
    line.append(
        floor == null || ratio == null
            ? " ".repeat(31)
            : String.format(Locale.ROOT, " floor %10.3f  ratio %5.2f", floor, ratio));
    var others = figure.others();
    line.append(
        others == null ? "" : String.format(Locale.ROOT, "  others' CPU %.2f cores", others));
    out.println(line.toString().stripTrailing());
  }
}
