package dev.sluice.models;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The model checker, a process for each check: it keeps its state in static fields. */
final class Tlc {
  private static final Pattern STATES = Pattern.compile("(\\d+) distinct states found");
  private static final Pattern VIOLATED = Pattern.compile("Invariant (\\w+) is violated");
  private static final long LONGEST_MINUTES = 60;

  private final Path models;
  private final Path work;

  /**
   * @param models where the modules lie
   * @param work for configurations, outputs (with the trace of a violation) and TLC's own files
   */
  Tlc(Path models, Path work) {
    this.models = models;
    this.work = work;
  }

  /** What TLC found: {@link Check#PASS}, an invariant, or the end of its output if it failed. */
  record Verdict(String found, String states) {}

  Verdict run(Check check) throws IOException, InterruptedException {
    Files.createDirectories(work);
    var configuration = work.resolve(check.name() + ".cfg");
    var output = work.resolve(check.name() + ".out");
    Files.write(
        configuration,
        check.configuration(Files.readAllLines(models.resolve(check.module() + ".base.cfg"))));
    var process =
        new ProcessBuilder(command(check, configuration))
            .directory(models.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        return new Verdict("no verdict in " + LONGEST_MINUTES + " min, see " + output, "?");
      }
    } finally {
      process.destroyForcibly();
    }
    return verdict(Files.readString(output));
  }

  private List<String> command(Check check, Path configuration) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx2g",
        check.quick() ? "-XX:TieredStopAtLevel=1" : "-XX:+TieredCompilation",
        "-XX:+UseSerialGC",
        "-cp",
        jar().toString(),
        "tlc2.TLC",
        "-deadlock",
        "-workers",
        "1",
        "-metadir",
        work.resolve(check.name()).toString(),
        "-config",
        configuration.toString(),
        check.module() + ".tla");
  }

  private static Path jar() {
    try {
      return Path.of(tlc2.TLC.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("TLC's jar has no path", e);
    }
  }

  private static Verdict verdict(String output) {
    var states = STATES.matcher(output).results().map(m -> m.group(1)).reduce((a, b) -> b);
    var found =
        output.contains("No error has been found")
            ? Check.PASS
            : VIOLATED
                .matcher(output)
                .results()
                .findFirst()
                .map((MatchResult m) -> m.group(1))
                .orElseGet(() -> output.substring(Math.max(0, output.length() - 2000)));
    return new Verdict(found, states.orElse("?"));
  }
}
