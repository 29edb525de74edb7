package dev.sluice.runner.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.process.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IncarnationsTest {
  @TempDir private Path dir;

  @Test
  void namesAWorkerByItsHostItsFolderAndTheLowestFreeNumber() {
    try (var first = Incarnations.take(null, dir.resolve("a"));
        var second = Incarnations.take(null, dir.resolve("a"));
        var elsewhere = Incarnations.take(null, dir.resolve("b"))) {
      assertThat(first.worker()).matches("[A-Za-z0-9._-]+-[a-z0-9]{8}-0");
      assertThat(second.worker())
          .isEqualTo(first.worker().substring(0, first.worker().length() - 1) + "1");
      assertThat(elsewhere.worker())
          .as("another user's folder")
          .endsWith("-0")
          .isNotEqualTo(first.worker());
    }
  }

  @Test
  void keepsItsNameAcrossRestarts() {
    String before;
    String incarnation;
    try (var first = Incarnations.take(null, dir)) {
      before = first.worker();
      incarnation = first.incarnation();
    }
    try (var next = Incarnations.take(null, dir)) {
      assertThat(next.worker()).isEqualTo(before);
      assertThat(next.predecessor()).isEqualTo(incarnation);
    }
  }

  @Test
  void takesNoLockThroughALink() throws IOException {
    var victim = Files.writeString(dir.resolve("victim"), "untouched");
    Files.createSymbolicLink(dir.resolve("w-1.lock"), victim);

    assertThatThrownBy(() -> Incarnations.take("w-1", dir))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("symbolic link");
    assertThat(victim).hasContent("untouched");
  }

  @Test
  void saysInOneLineThatItCannotWriteItsLock() throws IOException {
    var file = Files.createFile(dir.resolve("file"));

    assertThatThrownBy(() -> Incarnations.take(null, file))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(file.toString());
  }
}
