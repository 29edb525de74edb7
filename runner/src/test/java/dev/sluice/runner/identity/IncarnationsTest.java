package dev.sluice.runner.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.process.StateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  /** To close any channel of a file drops all locks that its process has on it. */
  @Test
  void keepsItsLockWhenAnotherRunnerInItsProcessTakesAnId() throws Exception {
    Path lock;
    try (var first = Incarnations.take(null, dir)) {
      lock = dir.resolve(first.worker() + ".lock");
      try (var second = Incarnations.take(null, dir)) {
        assertThat(second.worker()).isNotEqualTo(first.worker());
      }
      assertThatThrownBy(() -> Incarnations.take(first.worker(), dir))
          .isInstanceOf(IllegalStateException.class);

      assertThat(Elsewhere.locks(lock)).as("another process gets the lock").isFalse();
    }
    assertThat(Elsewhere.locks(lock)).as("when the worker is gone").isTrue();
  }

  /** The same for whom the list of what this process holds does not name. */
  @Test
  void keepsALockThatAnotherClassLoadersRunnerHoldsInItsProcess() throws Exception {
    var lock = dir.resolve("w-1.lock");
    try (var channel = StateFolder.openFile(lock)) {
      assertThat(channel.tryLock()).isNotNull();

      assertThatThrownBy(() -> Incarnations.take("w-1", dir))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> Incarnations.take("w-1", dir))
          .isInstanceOf(IllegalStateException.class);

      assertThat(Elsewhere.locks(lock)).as("another process gets the lock").isFalse();
    }
    try (var next = Incarnations.take("w-1", dir)) {
      assertThat(next.worker()).isEqualTo("w-1");
      assertThat(Elsewhere.locks(lock)).as("another process gets the lock").isFalse();
    }
  }

  @Test
  void anIdThatIsGivenBackTwiceIsNotTakenFromWhoHasItNow() {
    var first = Incarnations.take("w-1", dir);
    first.close();
    try (var second = Incarnations.take("w-1", dir)) {
      first.close();

      assertThatThrownBy(() -> Incarnations.take(second.worker(), dir))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** Another process. */
  static final class Elsewhere {
    private Elsewhere() {}

    /** Whether another process gets the lock of a file. */
    static boolean locks(Path file) throws Exception {
      var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      var process =
          new ProcessBuilder(
                  java,
                  "-cp",
                  System.getProperty("java.class.path"),
                  Elsewhere.class.getName(),
                  file.toString())
              .redirectErrorStream(true)
              .start();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor();
      assertThat(said).isIn("locked", "refused");
      return said.equals("locked");
    }

    public static void main(String[] arguments) throws IOException {
      try (var channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        System.out.print(channel.tryLock() == null ? "refused" : "locked");
      }
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
