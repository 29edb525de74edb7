package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.assertj.core.api.AbstractListAssert;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the script makes an AOT cache, uses it, and does without. */
@DisabledOnOs(OS.WINDOWS)
final class AotCacheTest {
  private static final String ON = "SLUICE_AOT=on";
  private static final String USES = "-XX:AOTCache=";

  @TempDir private Path dir;
  private Checkout checkout;

  @BeforeEach
  void prepare() throws IOException {
    checkout = Checkout.make(dir);
  }

  private Checkout.Said sluice(String command, String... environment) throws Exception {
    var all = new ArrayList<>(List.of(ON));
    all.addAll(List.of(environment));
    return checkout.run(List.of(checkout.sluice().toString(), command), all.toArray(String[]::new));
  }

  private List<String> caches() throws IOException {
    if (!Files.exists(checkout.caches())) {
      return List.of();
    }
    try (var files = Files.list(checkout.caches())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Of what a command tells the JVM. */
  private AbstractListAssert<?, List<? extends String>, String, ?> assertThatFlags(
      String... environment) throws Exception {
    // Not one of a role, which would train beside.
    return assertThat(
        sluice("get", environment).lines().stream()
            .filter(flag -> flag.startsWith("-XX:AOT"))
            .toList());
  }

  @Test
  void usesWhatItTrained() throws Exception {
    assertThatFlags().isEmpty();

    sluice("train").lines();

    assertThat(caches()).singleElement().asString().endsWith(".aot");
    assertThatFlags().containsExactly(USES + checkout.caches().resolve(caches().getFirst()));
    assertThat(sluice("gate").lines()).anyMatch(flag -> flag.startsWith(USES));
  }

  /** The first start is not slowed; the cache comes beside it. */
  @Test
  void trainsBesideTheFirstStartOfARole() throws Exception {
    assertThat(sluice("gate").lines()).noneMatch(flag -> flag.startsWith("-XX:AOT"));

    Awaitility.await()
        .untilAsserted(() -> assertThat(caches()).singleElement().asString().endsWith(".aot"));
    assertThatFlags().hasSize(1);
  }

  @Test
  void doesWithoutOnceAJarHasChanged() throws Exception {
    sluice("train").lines();
    Files.writeString(checkout.jar(), "none jar");

    assertThatFlags().isEmpty();
  }

  /** JDK 25.0.3 would not notice it. */
  @Test
  void doesWithoutOnceAJarOfTheCopyHasChanged() throws Exception {
    sluice("train").lines();
    Path copy;
    try (var copies = Files.list(dir.resolve("check out/.sluice/run"))) {
      copy = copies.findFirst().orElseThrow();
    }
    Files.writeString(copy.resolve("lib/some.jar"), "none jar");

    var said = checkout.run(List.of(copy.resolve("bin/sluice").toString(), "get"), ON).lines();

    assertThat(said).noneMatch(flag -> flag.startsWith("-XX:AOT"));
  }

  @Test
  void doesWithoutWithAnotherBuildOfTheJdk() throws Exception {
    sluice("train").lines();
    checkout.useJdk("25.0.4");

    assertThatFlags().isEmpty();
  }

  @Test
  void doesWithoutBeforeJdk25() throws Exception {
    checkout.useJdk("24.0.2");

    assertThat(sluice("train").exit()).isEqualTo(1);
    assertThat(sluice("gate").lines()).noneMatch(flag -> flag.startsWith("-XX:AOT"));
    assertThat(caches()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SLUICE_AOT=off",
        "SLUICE_CLASSPATH=/some/other.jar",
        "SLUICE_JAVA_FLAGS=-XX:+UseZGC",
        "SLUICE_JAVA_FLAGS=--add-opens=java.base/java.lang=ALL-UNNAMED",
        "JAVA_TOOL_OPTIONS=-javaagent:some.jar",
        "JDK_JAVA_OPTIONS=-Xshare:off",
        "XDG_STATE_HOME=/dev/null/nowhere"
      })
  void doesWithoutWhereItDoesNotFit(String variable) throws Exception {
    sluice("train").lines();

    assertThatFlags(variable).isEmpty();
  }

  @Test
  void leavesNothingOfATrainingThatFailed() throws Exception {
    var said = sluice("train", "FAIL=yes");

    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.text()).contains("training failed");
    assertThat(caches()).isEmpty();
  }

  @Test
  void removesWhatAKilledTrainingLeft() throws Exception {
    sluice("train").lines();
    var cache = checkout.caches().resolve(caches().getFirst());
    Files.delete(cache);
    Files.writeString(Path.of(cache + ".part-99999999"), "half");
    Files.writeString(Path.of(cache + ".part-99999999.config"), "half");

    assertThatFlags().isEmpty();
    sluice("train").lines();

    assertThat(caches()).containsExactly(cache.getFileName().toString());
  }

  @Test
  void keepsTheFourNewest() throws Exception {
    for (int build = 0; build < 6; build++) {
      Files.writeString(checkout.jar(), "build " + build);
      sluice("train").lines();
    }

    assertThat(caches()).hasSize(4);
  }

  /** With this JVM, which would run the old class of a cache that had kept its name. */
  @Test
  void runsTheNewClassesOfAChangedJar() throws Exception {
    assumeTrue(Runtime.version().feature() >= 25);
    var home = "JAVA_HOME=" + System.getProperty("java.home");
    pack("one");
    sluice("train", home).lines();
    assertThat(caches()).hasSize(1);
    assertThat(sluice("get", home).lines()).containsExactly("one");

    pack("two");

    assertThat(sluice("get", home).lines()).containsExactly("two");
  }

  /** Makes a main class that prints a word the build's one jar. */
  private void pack(String word) throws IOException {
    var source =
        Files.writeString(
            Files.createDirectories(dir.resolve("src")).resolve("Main.java"),
            """
            package dev.sluice.app;
            public class Main {
              public static void main(String[] arguments) {
                System.out.println("%s");
              }
            }
            """
                .formatted(word));
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(null, null, null, "-d", dir.toString(), source.toString())).isZero();
    try (var jar = new JarOutputStream(Files.newOutputStream(checkout.jar()))) {
      jar.putNextEntry(new JarEntry("dev/sluice/app/Main.class"));
      jar.write(Files.readAllBytes(dir.resolve("dev/sluice/app/Main.class")));
    }
    for (var name : List.of("bench", "app")) {
      var other = checkout.sluice().resolveSibling(name + "/target/sluice-" + name + "-1.jar");
      try (var jar = new JarOutputStream(Files.newOutputStream(other))) {
        jar.putNextEntry(new JarEntry("nothing"));
      }
    }
  }
}
