package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

/** The script, in a checkout that is built, with a java that says how it was called. */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  private static final List<String> ALL_JARS =
      List.of("sluice-app-1.jar", "some.jar", "broker.jar", "sluice-bench-1.jar");

  @TempDir private Path dir;
  private Checkout checkout;

  @BeforeEach
  void prepare() throws IOException {
    checkout = Checkout.make(dir);
  }

  private void assertStarts(List<String> said) throws IOException {
    assertThat(said)
        .contains("dev.sluice.app.Main", "-XX:+ExitOnOutOfMemoryError")
        .anyMatch(word -> word.endsWith("/some.jar") && word.contains("/sluice-app-1.jar:"))
        .endsWith("get", "a b");
    assertThat(said.getFirst()).as("umask").isEqualTo("0077");
  }

  private List<String> flagsOf(String command, String... environment) throws Exception {
    return checkout.run(List.of(checkout.sluice().toString(), command), environment).lines();
  }

  @Test
  void startsWithoutAHome() throws Exception {
    assertStarts(checkout.run(List.of(checkout.sluice().toString(), "get", "a b")).lines());
  }

  @Test
  void startsThroughSymbolicLinks() throws Exception {
    Files.createDirectories(dir.resolve("bin"));
    var relative =
        Files.createSymbolicLink(dir.resolve("bin/sluice"), Path.of("../check out/sluice"));
    var absolute = Files.createSymbolicLink(dir.resolve("to it"), relative);

    assertStarts(checkout.run(List.of(relative.toString(), "get", "a b"), "HOME=/nowhere").lines());
    assertStarts(checkout.run(List.of(absolute.toString(), "get", "a b")).lines());
  }

  /** What a production process runs with, and what stands behind it for all others. */
  @Test
  void keepsTheLocalStackOffTheClassPathOfProductionProcesses() throws Exception {
    var local =
        new LocalCommands()
            .commands().stream().map(one -> one.getAnnotation(Command.class).name()).toList();
    var names = new TreeSet<>(Main.commands().getSubcommands().keySet());
    names.removeAll(local);
    names.remove("train"); // not a process of its own without caches, as here

    for (var name : names) {
      assertThat(jars(flagsOf(name))).as(name).containsExactly("sluice-app-1.jar", "some.jar");
    }
    for (var name : local) {
      assertThat(jars(flagsOf(name))).as(name).containsExactlyElementsOf(ALL_JARS);
    }
    assertThat(jars(flagsOf("bench"))).containsExactlyElementsOf(ALL_JARS);
    assertThat(jars(flagsOf("--help"))).containsExactlyElementsOf(ALL_JARS);
    assertThat(jars(flagsOf("runner", "SLUICE_LOCAL=yes"))).containsExactlyElementsOf(ALL_JARS);
    assertThat(local).contains("demo", "up", "replay", "broker");
    assertThat(names).contains("gate", "catalog", "gateway", "runner", "topics", "submit");
  }

  private static List<String> jars(List<String> said) {
    return said.stream()
        .flatMap(line -> Stream.of(line.split(":", -1)))
        .filter(entry -> entry.endsWith(".jar"))
        .map(entry -> Path.of(entry).getFileName().toString())
        .toList();
  }

  @Test
  void saysWhatAnArchiveWithoutTheLocalStackLacks() throws Exception {
    flagsOf("get");
    Path copy;
    try (var copies = Files.list(dir.resolve("check out/.sluice/run"))) {
      copy = copies.findFirst().orElseThrow();
    }
    try (var local = Files.newDirectoryStream(copy.resolve("lib/local"))) {
      for (var jar : local) {
        Files.delete(jar);
      }
    }
    Files.delete(copy.resolve("lib/local"));

    var launcher = copy.resolve("bin/sluice").toString();
    var said = checkout.run(List.of(launcher, "up"));

    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.text()).contains("up needs lib/local");
    assertThat(jars(checkout.run(List.of(launcher, "--help")).lines()))
        .containsExactly("sluice-app-1.jar", "some.jar");
  }

  /** A stack that runs keeps its classes while the checkout is built again. */
  @Test
  void runsFromACopyThatTheNextBuildLeavesAlone() throws Exception {
    var first = jarIn(flagsOf("get"));
    Files.writeString(checkout.jar(), "newer");

    var second = jarIn(flagsOf("get"));

    assertThat(first).isNotEqualTo(second).hasContent("some jar");
    assertThat(second).hasContent("newer");
  }

  private static Path jarIn(List<String> said) {
    return said.stream()
        .flatMap(line -> List.of(line.split(":", -1)).stream())
        .filter(entry -> entry.endsWith("/some.jar"))
        .map(Path::of)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no jar in " + said));
  }

  @Test
  void keepsThreeCopiesOfEarlierBuilds() throws Exception {
    for (int build = 0; build < 6; build++) {
      Files.writeString(checkout.jar(), "build " + build);
      flagsOf("get");
    }

    try (var copies = Files.list(dir.resolve("check out/.sluice/run"))) {
      assertThat(copies).hasSize(3);
    }
  }

  /** With all tiers, a process's first minutes belong to the compilers. */
  @ParameterizedTest
  @ValueSource(
      strings = {"gate", "catalog", "gateway", "runner", "broker", "up", "submit", "bench"})
  void compilesQuicklyWhatServesFromTheStart(String command) throws Exception {
    assertThat(flagsOf(command)).contains("-XX:TieredStopAtLevel=1");
  }

  @Test
  void measuresOneProcessWithAllTiers() throws Exception {
    var command = List.of(checkout.sluice().toString(), "bench", "--only", "work", "--in-process");

    assertThat(checkout.run(command).lines())
        .contains("dev.sluice.bench.BenchMain", "-XX:+UseSerialGC", "--in-process")
        .doesNotContain("-XX:TieredStopAtLevel=1");
  }

  @Test
  void letsAUserSetMore() throws Exception {
    assertThat(flagsOf("gate", "SLUICE_JAVA_FLAGS=-Xmx2g -XX:TieredStopAtLevel=4"))
        .containsSubsequence("-XX:TieredStopAtLevel=1", "-Xmx2g", "-XX:TieredStopAtLevel=4", "-cp");
  }
}
