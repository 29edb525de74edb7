package dev.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

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
    var builder = new ProcessBuilder(sluice.toString(), "get", "a b");
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
}
