package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.process.SettingsException;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands behind --agents. */
final class AgentJarsTest {
  @TempDir private Path dir;

  /** An agent as its author meant it. */
  public static class Sound implements Agent<String, String> {
    @Override
    public String name() {
      return "sound";
    }

    @Override
    public String run(RunContext run, String input) {
      return input;
    }
  }

  /** One whose constructor throws. */
  public static final class Throwing extends Sound {
    public Throwing() {
      throw new IllegalStateException("no\nconnection");
    }
  }

  /** One that cannot be initialised. */
  public static final class Endless extends Sound {
    private static final int DEPTH = depth();

    @SuppressWarnings("InfiniteRecursion") // that is what it is for
    private static int depth() {
      return depth() + 1;
    }

    @Override
    public String name() {
      return "endless" + DEPTH;
    }
  }

  /** One without a constructor that anybody may call. */
  public static final class Hidden extends Sound {
    private Hidden() {}
  }

  private Path jar(String name, String services) throws IOException {
    var jar = dir.resolve(name);
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("META-INF/services/" + Agent.class.getName()));
      zip.write(services.getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private static void assertRefused(Path jar, String... words) {
    assertThatThrownBy(() -> AgentJars.load(List.of(jar)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("--agents: ")
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void loadsTheAgentsOfAJar() throws IOException {
    var agents = AgentJars.load(List.of(jar("a.jar", Sound.class.getName())));

    assertThat(agents).extracting(Agent::name).contains("sound");
  }

  @Test
  void loadsTheAgentsOfAFolderOfClasses() throws IOException {
    var services = Files.createDirectories(dir.resolve("classes/META-INF/services"));
    Files.writeString(services.resolve(Agent.class.getName()), Sound.class.getName());

    assertThat(AgentJars.load(List.of(dir.resolve("classes"))))
        .extracting(Agent::name)
        .contains("sound");
  }

  @Test
  void refusesWhatIsNoJar() throws IOException {
    assertRefused(Files.writeString(dir.resolve("a.txt"), "text"), "a.txt is no jar");
    assertRefused(Files.createFile(dir.resolve("empty.jar")), "empty.jar is no jar");
    assertRefused(dir.resolve("none.jar"), "cannot read", "none.jar");
    assertRefused(Path.of(""), "must name a jar");
    assertRefused(Files.createDirectory(dir.resolve("folder")), "no agent in", "folder");
  }

  @Test
  void refusesAJarWithoutAgents() throws IOException {
    var jar = dir.resolve("library.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("some/Thing.class"));
    }

    assertRefused(jar, "no agent in", "library.jar", "META-INF/services/");
    assertRefused(jar("empty.jar", "# nothing\n"), "no agent in");
  }

  @Test
  void refusesAnAgentThatCannotBeMade() throws IOException {
    assertRefused(jar("t.jar", Throwing.class.getName()), "Throwing", "no; connection");
    assertRefused(jar("e.jar", Endless.class.getName()), "Endless", "StackOverflowError");
    assertRefused(jar("h.jar", Hidden.class.getName()), "Hidden");
    assertRefused(jar("g.jar", "no.such.Agent"), "no.such.Agent");
    assertRefused(jar("s.jar", "java.lang.String"), "java.lang.String");
    assertRefused(jar("x.jar", "not a name"), "services");
  }
}
