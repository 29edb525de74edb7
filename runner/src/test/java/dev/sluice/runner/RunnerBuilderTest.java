package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.process.SettingsException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the builder says before it starts anything. */
final class RunnerBuilderTest {
  @TempDir private Path dir;

  private RunnerConfig config() {
    return RunnerConfig.builder()
        .bootstrapServers("127.0.0.1:1")
        .schemaRegistry(URI.create("http://127.0.0.1:1"))
        .dataDir(dir)
        .build();
  }

  @Test
  void namesAllThatIsMissingAtOnce() {
    assertThatThrownBy(() -> Runner.builder().start())
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll("config: is missing", "agents: there is none", "agent(…)");
  }

  @Test
  void findsNoAgentWhereNoneIsNamed() {
    var nothing = new ClassLoader(ClassLoader.getPlatformClassLoader()) {};

    assertThatThrownBy(() -> Runner.builder().config(config()).discoverAgents(nothing).start())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("agents: there is none");
  }

  @Test
  void refusesTwoAgentsOfOneName() {
    var agents = List.of(new AgentJarsTest.Sound(), new AgentJarsTest.Sound());

    assertThatThrownBy(() -> Runner.builder().config(config()).agents(agents).start())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("two agents are named sound");
  }
}
