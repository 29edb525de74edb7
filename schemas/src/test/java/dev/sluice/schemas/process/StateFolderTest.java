package dev.sluice.schemas.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
final class StateFolderTest {
  @TempDir private Path dir;

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void liesWhereThePlatformKeepsState() {
    assertThat(StateFolder.home(Map.of("XDG_STATE_HOME", "/x"), "/home/u", false))
        .isEqualTo(Path.of("/x/sluice"));
    assertThat(StateFolder.home(Map.of("XDG_STATE_HOME", "x"), "/home/u", false))
        .as("a relative one is to be ignored")
        .isEqualTo(Path.of("/home/u/.local/state/sluice"));
    assertThat(StateFolder.home(Map.of("HOME", "/home/v"), "/home/u", false))
        .isEqualTo(Path.of("/home/v/.local/state/sluice"));
    assertThat(StateFolder.home(Map.of(), "/root", true)).isEqualTo(Path.of("/var/lib/sluice"));
    assertThat(StateFolder.home(Map.of(), "?", false)).as("no home").isNull();
  }

  @Test
  void isMadeForItsUserAloneWithThoseAboveIt() throws IOException {
    var made = StateFolder.open(dir.resolve("a/b"), "it");

    assertThat(permissions(made)).isEqualTo("rwx------");
    assertThat(permissions(Objects.requireNonNull(made.getParent()))).isEqualTo("rwx------");
    assertThat(made).isEmptyDirectory();
  }

  @Test
  void isLeftAsItIsWhenItWasThere() throws IOException {
    var there = Files.createDirectory(dir.resolve("there"));
    Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-xr-x"));

    StateFolder.open(there, "it");

    assertThat(permissions(there)).isEqualTo("rwxr-xr-x");
  }

  @Test
  void tellsInOneLineWhyNothingCanBeKeptThere() throws IOException {
    var file = Files.createFile(dir.resolve("file"));

    for (var place : new Path[] {file, file.resolve("below"), Path.of("/proc/nowhere")}) {
      assertThatThrownBy(() -> StateFolder.open(place, "the lock"))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("cannot keep the lock in " + place)
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void tightensWhatWasOpenedToAGroup() throws IOException {
    var below = Files.createDirectories(dir.resolve("state/task"));
    for (var one : new Path[] {below, Objects.requireNonNull(below.getParent())}) {
      Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rwxr-x---"));
    }

    StateFolder.tighten(Objects.requireNonNull(below.getParent()));

    assertThat(permissions(below)).isEqualTo("rwx------");
    assertThat(permissions(Objects.requireNonNull(below.getParent()))).isEqualTo("rwx------");
  }

  @Test
  void makesFilesForTheirUserAlone() throws IOException {
    var file = dir.resolve("lock");
    StateFolder.openFile(file).close();
    assertThat(permissions(file)).isEqualTo("rw-------");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    StateFolder.openFile(file).close();
    assertThat(permissions(file)).as("made by an earlier version").isEqualTo("rw-------");
  }

  @Test
  void followsNoSymbolicLink() throws IOException {
    var victim = Files.writeString(dir.resolve("victim"), "untouched");
    var link = Files.createSymbolicLink(dir.resolve("lock"), victim);
    var dangling = Files.createSymbolicLink(dir.resolve("dangling"), dir.resolve("nothing"));

    assertThatThrownBy(() -> StateFolder.openFile(link)).hasMessageContaining("symbolic link");
    assertThatThrownBy(() -> StateFolder.openFile(dangling)).isInstanceOf(IOException.class);
    assertThat(dir.resolve("nothing")).doesNotExist();
    assertThat(victim).hasContent("untouched");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\u0000b"})
  void refusesASettingThatNamesNoFolder(String value) {
    var read = new Settings(Map.of("data.dir", value));
    StateFolder.of(read, "data.dir", "runners");

    assertThatThrownBy(read::failOnProblems)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("data.dir: must name a folder");
  }

  @Test
  void takesTheFolderThatIsSet() {
    var read = new Settings(Map.of("data.dir", "/some/where"));

    assertThat(StateFolder.of(read, "data.dir", "runners")).isEqualTo(Path.of("/some/where"));
    read.failOnProblems();
  }
}
