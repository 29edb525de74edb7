package dev.sluice.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.runner.execution.OneRunGate;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.sdk.Agent;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents of jars that bring libraries, each another version of the same. */
final class AgentLoadersTest {
  /** Copied there by the build: an older Jackson than the worker's. */
  private static final Path OLD_JACKSON = Path.of("target/old-jackson");

  private static final String OLD = "2.17.2";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Of which annotations and modules of Jackson must hold, at the time that it is compiled by. */
  private static final String VERSIONED =
      """
      package agents;

      import com.fasterxml.jackson.annotation.JsonProperty;
      import com.fasterxml.jackson.annotation.JsonTypeInfo;
      import com.fasterxml.jackson.databind.json.JsonMapper;
      import dev.sluice.sdk.*;
      import java.time.Instant;
      import java.util.List;
      import java.util.Optional;

      public final class Versioned implements Agent<Versioned.In, Versioned.Out> {
        public record In(@JsonProperty("how_many") int count) {}
        public record Item(@JsonProperty("the_item") String name, Instant at, Optional<Long> size) {}
        public record Out(
            @JsonProperty("jackson_version") String version, List<Item> items, String context) {}

        /** Lets JSON name its class. */
        @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
        public interface Open {}
        public record Ours(int number) implements Open {}

        public String name() {
          return "NAME";
        }

        public Out run(RunContext run, In in) throws Exception {
          var item = new Item("a" + in.count(), Instant.EPOCH, Optional.of(7L));
          var kept = run.restore(Item.class).orElse(null);
          if (kept == null) {
            kept = run.step("item", Item.class, () -> item);
            run.checkpoint(kept);
          }
          var open = run.awaitSignal("open", Open.class, java.time.Duration.ofDays(1));
          var context = Thread.currentThread().getContextClassLoader() == getClass().getClassLoader();
          return new Out(JsonMapper.builder().build().version().toString(), List.of(kept), "" + context + open);
        }
      }
      """;

  @TempDir private static Path dir;

  private static Path oldJar;
  private static Path newJar;

  @BeforeAll
  static void build() throws IOException {
    oldJar = jar("old", VERSIONED, oldJackson());
    newJar = jar("new", VERSIONED, newJackson());
  }

  private static List<Path> oldJackson() throws IOException {
    try (var jars = Files.list(OLD_JACKSON)) {
      return jars.toList();
    }
  }

  private static List<Path> newJackson() {
    return classPath()
        .filter(path -> path.getFileName().toString().startsWith("jackson-"))
        .toList();
  }

  private static Stream<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1))
        .map(Path::of);
  }

  /** Compiles an agent beside libraries and packs all of it into one jar. */
  private static Path jar(String name, String source, List<Path> libraries) throws IOException {
    var sources = Files.createDirectories(dir.resolve(name + "/src/agents"));
    var type = source.replaceAll("(?s).*public final class (\\w+) .*", "$1");
    var file = sources.resolve(type + ".java");
    Files.writeString(file, source.replace("NAME", name));
    var classes = Files.createDirectories(dir.resolve(name + "/classes"));
    var path = new ArrayList<>(libraries);
    path.add(Path.of(place(Agent.class)));
    path.add(Path.of(place(org.jspecify.annotations.Nullable.class)));
    var joined =
        String.join(java.io.File.pathSeparator, path.stream().map(Path::toString).toList());
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                joined,
                "-d",
                classes.toString(),
                file.toString());
    assertThat(result).as("compiles").isEqualTo(0);
    var services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(services.resolve(Agent.class.getName()), "agents." + type);
    var jar = dir.resolve(name + ".jar");
    try (var zip =
        FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"))) {
      copy(classes, zip.getPath("/"));
      for (var library : libraries) {
        try (var from = FileSystems.newFileSystem(library)) {
          copy(from.getPath("/"), zip.getPath("/"));
        }
      }
    }
    return jar;
  }

  private static String place(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        if (!Files.exists(target)) {
          Files.copy(file, target);
        }
      }
    }
  }

  private static Agent<?, ?> agent(List<Agent<?, ?>> agents, String name) {
    return agents.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  /** Executes its run to the end, resumed behind a checkpoint. */
  private static JsonNode output(Agent<?, ?> agent) throws IOException {
    var gate = new OneRunGate(agent).input("{\"how_many\":5}");
    gate.epoch();
    gate.signal("open", "{\"@class\":\"agents.Versioned$Ours\",\"number\":3}");
    var end = (EndEntry) gate.epoch();
    assertThat(end.getStatus()).as("%s", end.getError()).isEqualTo(RunStatus.SUCCEEDED);
    return JSON.readTree(UTF_8.decode(Objects.requireNonNull(end.getOutput())).toString());
  }

  private static JsonNode expected(String version) throws IOException {
    return JSON.readTree(
        ("{\"jackson_version\":\"%s\",\"items\":[{\"the_item\":\"a5\","
                + "\"at\":\"1970-01-01T00:00:00Z\",\"size\":7}],"
                + "\"context\":\"trueOptional[Ours[number=3]]\"}")
            .formatted(version));
  }

  @Test
  void twoJarsHaveTwoVersionsOfJacksonSideBySide() throws IOException {
    var agents = AgentJars.load(List.of(oldJar, newJar));

    assertThat(output(agent(agents, "old"))).isEqualTo(expected(OLD));
    assertThat(output(agent(agents, "new")))
        .isEqualTo(expected(JSON.version().toString()))
        .isNotEqualTo(expected(OLD));
    assertThat(agent(agents, "new").getClass())
        .as("one name, two classes")
        .isNotSameAs(agent(agents, "old").getClass());
  }

  /** As its jar has no mapper, Jackson and its annotations are the worker's. */
  @Test
  void aJarThatBringsAnnotationsAloneIsReadByTheWorkers() throws IOException {
    var annotations =
        oldJackson().stream().filter(path -> path.toString().contains("annotations")).toList();
    var mapper = new ArrayList<>(newJackson());
    var jar = jar("plain", VERSIONED, mapper);
    Files.delete(jar);
    // compiled beside the whole, packed with the annotations
    var classes = dir.resolve("plain/classes");
    try (var zip =
        FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"))) {
      copy(classes, zip.getPath("/"));
      try (var from = FileSystems.newFileSystem(annotations.getFirst())) {
        copy(from.getPath("/"), zip.getPath("/"));
      }
    }

    assertThat(output(agent(AgentJars.load(List.of(jar)), "plain")))
        .isEqualTo(expected(JSON.version().toString()));
  }

  @Test
  void aJarShadowsNothingThatItTalksToTheWorkerIn() throws Exception {
    var jar =
        jar(
            "shadowing",
            VERSIONED,
            Stream.concat(
                    newJackson().stream(),
                    Stream.of(
                            Agent.class,
                            org.slf4j.Logger.class,
                            io.opentelemetry.api.trace.Span.class,
                            io.opentelemetry.context.Context.class)
                        .map(AgentLoadersTest::place)
                        .filter(place -> place.endsWith(".jar"))
                        .map(Path::of))
                .toList());

    var loader = agent(AgentJars.load(List.of(jar)), "shadowing").getClass().getClassLoader();

    assertThat(loader.loadClass(Agent.class.getName())).isSameAs(Agent.class);
    assertThat(loader.loadClass("org.slf4j.Logger")).isSameAs(org.slf4j.Logger.class);
    assertThat(loader.loadClass("io.opentelemetry.api.trace.Span"))
        .isSameAs(io.opentelemetry.api.trace.Span.class);
    assertThat(loader.loadClass("io.opentelemetry.context.Context"))
        .isSameAs(io.opentelemetry.context.Context.class);
    assertThat(loader.loadClass("org.jspecify.annotations.Nullable"))
        .isSameAs(org.jspecify.annotations.Nullable.class);
    assertThat(loader.loadClass("java.util.List")).isSameAs(List.class);
    assertThat(loader.loadClass(JsonMapper.class.getName())).isNotSameAs(JsonMapper.class);
  }

  /** The worker's modules are no modules of the jar's Jackson. */
  @Test
  void aLibraryOfTheJarFindsItsOwnServices() throws Exception {
    var loader = agent(AgentJars.load(List.of(oldJar)), "old").getClass().getClassLoader();
    var module = loader.loadClass("com.fasterxml.jackson.databind.Module");

    assertThat(ServiceLoader.load(module, loader))
        .isNotEmpty()
        .allSatisfy(found -> assertThat(found.getClass().getClassLoader()).isSameAs(loader));
  }

  /** An engine of JUnit is on the worker's class path; it is none of the jar's interface. */
  @Test
  void aLibraryOfTheJarFindsNoServicesOfTheWorker() throws Exception {
    var engine = Class.forName("org.junit.platform.engine.TestEngine");
    assertThat(ServiceLoader.load(engine)).isNotEmpty();
    var libraries = new ArrayList<>(newJackson());
    libraries.add(Path.of(place(engine)));
    var jar = jar("services", VERSIONED, libraries);

    var loader = agent(AgentJars.load(List.of(jar)), "services").getClass().getClassLoader();

    assertThat(ServiceLoader.load(loader.loadClass(engine.getName()), loader)).isEmpty();
  }

  /** What a topic says chooses no class but those that the agent itself lets it choose from. */
  @Test
  void aSignalNamesNoClassOfTheJarsLibrariesNorOfTheJdk() {
    var agent = agent(AgentJars.load(List.of(oldJar)), "old");
    for (var name :
        List.of(
            "java.io.FileOutputStream",
            "com.fasterxml.jackson.databind.node.TextNode",
            "com.fasterxml.jackson.databind.JsonNode",
            AgentLoadersTest.class.getName())) {
      var gate = new OneRunGate(agent).input("{\"how_many\":5}");
      gate.epoch();
      gate.signal("open", "{\"@class\":\"" + name + "\"}");

      var end = (EndEntry) gate.epoch();

      assertThat(end.getStatus()).as(name).isEqualTo(RunStatus.FAILED);
      assertThat(end.getError().getMessage()).contains("signal 'open' cannot be read");
    }
  }

  @Test
  void aJacksonThatCannotBeUsedIsToldInALine() throws IOException {
    var jar = dir.resolve("broken.jar");
    Files.copy(oldJar, jar);
    try (var zip = FileSystems.newFileSystem(jar)) {
      Files.delete(zip.getPath("com/fasterxml/jackson/databind/json/JsonMapper.class"));
    }

    assertThatThrownBy(() -> AgentJars.load(List.of(jar)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll("--agents: ", "broken.jar brings a Jackson", "none of them")
        .hasMessageNotContaining("\n");
  }

  @Test
  void packsWhatItSaysItDoes() throws IOException {
    try (var jar = new JarFile(oldJar.toFile())) {
      assertThat(jar.getEntry("com/fasterxml/jackson/databind/json/JsonMapper.class")).isNotNull();
      assertThat(jar.getEntry("agents/Versioned.class")).isNotNull();
    }
  }
}
