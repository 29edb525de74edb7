package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that is not ours. Without it a test is left out, but in CI it fails. */
final class ForeignTool {
  private static final long WITHIN_S = 60;
  static final Path NODE = Path.of("src", "test", "node").toAbsolutePath();

  private ForeignTool() {}

  static void requireKcat() {
    require(runs("kcat", "-V"), "kcat is not installed (Debian: apt-get install kcat)");
  }

  static void requireNode() {
    require(
        runs("node", "--version") && Files.exists(NODE.resolve("node_modules")),
        "Node or its packages are missing (npm ci --prefix local/src/test/node)");
  }

  private static void require(boolean there, String otherwise) {
    if (!there && "true".equals(System.getenv("CI"))) {
      fail(otherwise);
    } else if (!there) {
      abort(otherwise);
    }
  }

  private static boolean runs(String... command) {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(WITHIN_S, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What a program said on both of its outputs, and how it ended. */
  record Said(int exit, String text) {}

  /** Runs a program to its end, which must come within a minute. */
  static Said run(String input, List<String> command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      var text = new StringBuilder();
      var reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
                      out.lines().forEach(line -> text.append(line).append('\n'));
                    } catch (IOException endOfProcess) {
                      // what was read is what it said
                    }
                  });
      try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
        in.write(input);
      }
      boolean ended = process.waitFor(WITHIN_S, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      reader.join();
      assertThat(ended).as("%s ended by itself; it said: %s", command, text).isTrue();
      return new Said(process.exitValue(), text.toString());
    } finally {
      process.destroyForcibly();
    }
  }
}
