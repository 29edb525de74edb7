package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that judges our files. Where it is missing its tests are left out, but not in CI. */
record ForeignProgram(String name, String debianPackage) {
  private static final long WITHIN_S = 60;

  /** What it printed, on either stream, and the code with which it ended. */
  record Said(int exit, String text) {}

  /** Leaves the test out if the program is not there; fails it in CI. */
  void require(String versionFlag) throws InterruptedException {
    var otherwise = name + " is not installed (Debian: apt-get install " + debianPackage + ")";
    try {
      assertThat(run(versionFlag).exit()).isZero();
    } catch (IOException missing) {
      if ("true".equals(System.getenv("CI"))) {
        fail(otherwise, missing);
      }
      abort(otherwise);
    }
  }

  Said run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(name);
    command.addAll(List.of(arguments));
    var out = Files.createTempFile(name, ".txt");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(WITHIN_S, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("%s ended by itself", command).isTrue();
      return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
    }
  }
}
