package dev.sluice.local.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sdk.NonRetryableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProbeAgentTest {
  @TempDir Path temporary;

  private static ProbeAgent.Input input(String log) {
    return new ProbeAgent.Input(1, 0, log, null, null, null);
  }

  private ProbeAgent agent() {
    return new ProbeAgent(new ProbeDir(temporary.resolve("probes")));
  }

  @Test
  void writesBelowItsDirectory() throws Exception {
    var dir = temporary.resolve("probes");
    new FakeRun().execute(agent(), input("a.log"));
    new FakeRun().execute(agent(), input("deeper/still/b.log"));
    new FakeRun().execute(agent(), input(dir.resolve("c/../a.log").toString()));

    assertThat(Files.readAllLines(dir.resolve("a.log"))).hasSize(2);
    assertThat(dir.resolve("deeper/still/b.log")).exists();
  }

  @Test
  void writesToNoFileOfTheStackWhoseDataItShares() throws Exception {
    var dir = Files.createDirectories(temporary.resolve("probes"));
    new FakeRun().execute(agent(), input("logs/mine"));
    Files.createFile(dir.resolve("stack.lock"));
    for (var name :
        List.of("kafka/x-0/1.log", "logs/gate.log", "GATE/x", "schemas.jsonl", "local-1.lock")) {
      assertThatThrownBy(() -> new FakeRun().execute(agent(), input(name)))
          .as(name)
          .isInstanceOf(NonRetryableException.class);
    }
    new FakeRun().execute(agent(), input("mine.log"));
  }

  @Test
  void writesNowhereElse() throws Exception {
    var outside = Files.createDirectories(temporary.resolve("outside"));
    var inside = Files.createDirectories(temporary.resolve("probes"));
    Files.createSymbolicLink(inside.resolve("way-out"), outside);
    Files.createSymbolicLink(inside.resolve("file"), outside.resolve("f"));
    var names =
        List.of(
            "../x",
            "a/../../x",
            temporary.resolve("x").toString(),
            "/etc/passwd",
            "way-out/x",
            "way-out/deeper/x",
            "file",
            "",
            ".",
            inside.toString(),
            inside + "-2/x",
            "a\0b");
    for (var name : names) {
      assertThatThrownBy(() -> new FakeRun().execute(agent(), input(name)))
          .as(name)
          .isInstanceOf(NonRetryableException.class)
          .hasMessageContaining("probe ");
    }
    assertThat(outside).isEmptyDirectory();
    assertThat(temporary.resolve("x")).doesNotExist();
  }

  @Test
  void writesNothingWithoutADirectory() {
    var agent = new ProbeAgent(new ProbeDir(null));

    assertThatThrownBy(() -> new FakeRun().execute(agent, input("a.log")))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageContaining("SLUICE_PROBE_DIR, which is not set");
  }
}
