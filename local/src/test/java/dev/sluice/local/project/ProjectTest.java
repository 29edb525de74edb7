package dev.sluice.local.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written; dist builds and runs it. */
final class ProjectTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "my-agent, MyAgent",
    "summarise, SummariseAgent",
    "agent, AgentAgent",
    "a1-b2-3, A1B23Agent",
    "new, NewAgent"
  })
  void namesTheClassAfterTheAgent(String name, String type) {
    assertThat(new Project(name, "com.example", "1").className()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "My-Agent", "-a", "a-", "a--b", "1a", "a_b", "a.b", "a/b", "..", "ä", "a b"})
  void refusesNamesThatAreNone(String name) {
    assertThatThrownBy(() -> new Project(name, "com.example", "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'");
    assertThatThrownBy(() -> new Project("a".repeat(65), "com.example", "1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "com.", "com.class", "Com.example", "com-example", "com/example", "1a"})
  void refusesPackagesThatAreNone(String group) {
    assertThatThrownBy(() -> new Project("my-agent", group, "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + group + "'");
  }

  @Test
  void writesAProjectWithoutPlacesLeftOpen() throws Exception {
    var target = folder.resolve("deep/below");

    new Project("my-agent", "org.acme", "1.2.3").write(target);

    try (var files = Files.walk(target)) {
      assertThat(files.filter(Files::isRegularFile))
          .hasSize(6)
          .allSatisfy(file -> assertThat(file).content().isNotBlank().doesNotContain("@name@"))
          .allSatisfy(
              file ->
                  assertThat(file).content().doesNotContainPattern("@(name|group|class|version)@"));
    }
    assertThat(target.resolve("pom.xml")).content().contains("<sluice.version>1.2.3<");
    assertThat(target.resolve("src/main/java/org/acme/MyAgent.java"))
        .content()
        .startsWith("package org.acme;");
    assertThat(target.resolve("src/main/resources/META-INF/services/dev.sluice.sdk.Agent"))
        .hasContent("org.acme.MyAgent");
  }

  @Test
  void leavesAFolderAsItIs() throws Exception {
    Files.writeString(folder.resolve("mine.txt"), "mine");

    assertThatThrownBy(() -> new Project("my-agent", "org.acme", "1").write(folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exists already: " + folder);

    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }
}
