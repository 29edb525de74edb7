package dev.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script, in a checkout that is built, with a java that says how it was called. */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  @TempDir private Path dir;

  @BeforeEach
  void prepare() throws IOException {
    var here = Files.createDirectories(dir.resolve("check out"));
    Files.createDirectories(here.resolve("bench/target"));
    Files.writeString(here.resolve("bench/target/classpath.txt"), "some.jar");
    script(here.resolve("sluice"), Files.readString(Path.of("../sluice")));
    var flags = Path.of("src/main/resources/dev/sluice/local/stack/jvm-flags");
    var copied = here.resolve("local").resolve(flags);
    Files.createDirectories(copied.getParent());
    // Older than what is built, as a file of a checkout that is.
    Files.copy(flags, copied, StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(dir.resolve("jdk/bin"));
    script(
        dir.resolve("jdk/bin/java"),
        """
        #!/bin/sh
        if [ "$1" = -version ]; then echo 'openjdk version "25.0.1"' >&2; exit; fi
        umask
        for one in "$@"; do echo "$one"; done
        """);
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<String> run(Path sluice, String... environment) throws Exception {
    return run(List.of(sluice.toString(), "get", "a b"), environment);
  }

  private List<String> run(List<String> command, String... environment) throws Exception {
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv("PATH"));
    builder.environment().put("JAVA_HOME", dir.resolve("jdk").toString());
    for (var variable : environment) {
      var split = variable.split("=", 2);
      builder.environment().put(split[0], split[1]);
    }
    var process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  private void assertStarts(List<String> said) {
    assertThat(said)
        .contains("dev.sluice.local.Main", "-XX:+ExitOnOutOfMemoryError")
        .contains(dir.resolve("check out/bench/target/classes") + ":some.jar")
        .endsWith("get", "a b");
    assertThat(said.getFirst()).as("umask").isEqualTo("0077");
  }

  @Test
  void startsWithoutAHome() throws Exception {
    assertStarts(run(dir.resolve("check out/sluice")));
  }

  @Test
  void startsThroughSymbolicLinks() throws Exception {
    Files.createDirectories(dir.resolve("bin"));
    var relative =
        Files.createSymbolicLink(dir.resolve("bin/sluice"), Path.of("../check out/sluice"));
    var absolute = Files.createSymbolicLink(dir.resolve("to it"), relative);

    assertStarts(run(relative, "HOME=/nowhere"));
    assertStarts(run(absolute));
  }

  /** With all tiers, a process's first minutes belong to the compilers. */
  @ParameterizedTest
  @ValueSource(strings = {"gate", "catalog", "gateway", "runner", "broker", "up", "submit"})
  void compilesQuicklyWhatServesFromTheStart(String command) throws Exception {
    var said = run(List.of(dir.resolve("check out/sluice").toString(), command));

    assertThat(said).contains("-XX:TieredStopAtLevel=1");
  }

  @Test
  void measuresOneProcessWithAllTiers() throws Exception {
    var said = run(List.of(dir.resolve("check out/sluice").toString(), "bench", "--only=start"));

    assertThat(said)
        .contains("dev.sluice.bench.BenchMain", "-XX:+UseSerialGC")
        .doesNotContain("-XX:TieredStopAtLevel=1");
  }

  @Test
  void letsAUserSetMore() throws Exception {
    var said =
        run(
            List.of(dir.resolve("check out/sluice").toString(), "gate"),
            "SLUICE_JAVA_FLAGS=-Xmx2g -XX:TieredStopAtLevel=4");

    assertThat(said)
        .containsSubsequence("-XX:TieredStopAtLevel=1", "-Xmx2g", "-XX:TieredStopAtLevel=4", "-cp");
  }
}
