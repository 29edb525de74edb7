package dev.sluice.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project that {@code sluice new} writes, outside of the checkout: built and tested with what
 * is published and nothing else of ours, and run on a local stack of the archive.
 */
@DisabledOnOs(OS.WINDOWS)
final class NewProjectIT {
  private static final long BUILT_WITHIN_S = 600;
  // As much as the gate wants for as many runs as it may hold.
  private static final String JAVA_FLAGS = "-Xmx1536m";
  private static final String TREE = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:tree";

  @TempDir private Path folder;
  private final List<Started> processes = new ArrayList<>();

  @AfterEach
  void stop() {
    processes.reversed().forEach(Started::close);
  }

  @Test
  void buildsTestsItselfAndRuns() throws Exception {
    var archive = Archive.unpack(folder);

    var said = start(archive, "new", "my-agent", "--package", "org.acme").awaitEnd();

    assertThat(said).contains("wrote my-agent").contains("class MyAgent");
    var project = folder.resolve("my-agent");
    maven(project, "package", TREE, "-DoutputFile=target/tree.txt");
    assertThat(project.resolve("target/surefire-reports/TEST-org.acme.MyAgentTest.xml"))
        .content()
        .contains("tests=\"1\"", "errors=\"0\"", "failures=\"0\"");
    assertThat(Pom.ROOT.resolve("docs/artifacts.md"))
        .content()
        .as("the tree of dependencies")
        .contains(Files.readString(project.resolve("target/tree.txt")).strip());
    assertThat(output(archive, project.resolve("target/my-agent-1.0-SNAPSHOT.jar")))
        .contains("\"status\":\"SUCCEEDED\"", "\"greeting\":\"Hello,Ada!\"", "\"letters\":11");
  }

  /** What a run of the agent ended with, without blanks. */
  private String output(Archive archive, Path jar) throws Exception {
    var up =
        start(archive, "up", "--runners", "0", "--http", "0", "--kafka", "0", "--registry", "0");
    var places = up.awaitReady();
    var runner =
        start(
            archive,
            "runner",
            "--bootstrap",
            place(places, "kafka"),
            "--registry",
            place(places, "registry"),
            "--set",
            "http.port=0",
            "--agents",
            jar.toString());
    assertThat(runner.awaitReady()).anyMatch(word -> word.contains("my-agent@1"));
    return start(
            archive,
            "submit",
            "acme",
            "my-agent",
            "{\"who\":\"Ada\"}",
            "--url",
            place(places, "http"),
            "--wait",
            "PT50S")
        .awaitEnd()
        .replace(" ", "");
  }

  private static String place(List<String> places, String name) {
    return places.stream()
        .filter(place -> place.startsWith(name + "="))
        .map(place -> place.substring(name.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  private Started start(Archive archive, String... arguments) throws IOException {
    var started = archive.start(folder, JAVA_FLAGS, List.of(arguments));
    processes.add(started);
    return started;
  }

  /**
   * Maven as it would be elsewhere: with a repository of its own that has what {@code mvn install}
   * puts there, and no access to any but the one from which this build took others' artifacts.
   */
  private void maven(Path project, String... goals) throws Exception {
    var repository = folder.resolve("repository");
    install(repository.resolve("dev/sluice"));
    var settings = folder.resolve("settings.xml");
    Files.writeString(
        settings,
        """
        <settings>
          <mirrors>
            <mirror><id>here</id><mirrorOf>*</mirrorOf><url>%s</url></mirror>
          </mirrors>
        </settings>
        """
            .formatted(Path.of(System.getProperty("maven.repository")).toUri()));
    var command = new ArrayList<>(List.of(System.getProperty("maven.executable"), "-B", "-ntp"));
    command.addAll(List.of("-s", settings.toString(), "-gs", settings.toString()));
    command.add("-Dmaven.repo.local=" + repository);
    command.addAll(List.of(goals));
    var log = folder.resolve("maven.log");
    var builder = new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", System.getenv("PATH"),
                "JAVA_HOME", System.getProperty("java.home"),
                "HOME", folder.toString()));
    var maven = builder.redirectOutput(log.toFile()).start();
    try {
      assertThat(maven.waitFor(BUILT_WITHIN_S, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      maven.destroyForcibly();
    }
    assertThat(maven.exitValue()).as(() -> read(log)).isZero();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void install(Path group) throws Exception {
    var version = Pom.parent().text("version").orElseThrow();
    var all = new ArrayList<>(Pom.published());
    all.add(Pom.parent());
    for (var pom : all) {
      var name = pom.artifact() + "-" + version;
      var place = Files.createDirectories(group.resolve(pom.artifact()).resolve(version));
      copy(pom.file(), place.resolve(name + ".pom"));
      if (pom.isJar()) {
        var jar = name + ".jar";
        copy(pom.folder().resolve("target").resolve(jar), place.resolve(jar));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }
}
