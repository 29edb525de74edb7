package dev.sluice.local.stack;

import dev.sluice.schemas.process.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stack's data directory, locked against other stacks; a temporary one is deleted at the end. */
final class DataDir implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataDir.class);

  /** Keeps what processes put into their temporary folder together with everything else. */
  private static final String TEMPORARY_FILES = "tmp";

  private final Path path;
  private final FileChannel lock;
  private final boolean temporary;

  private DataDir(Path path, FileChannel lock, boolean temporary) {
    this.path = path;
    this.lock = lock;
    this.temporary = temporary;
  }

  /**
   * Makes what is missing.
   *
   * @param given null for a temporary directory
   * @throws IllegalArgumentException if it cannot be written to
   * @throws IllegalStateException if another stack uses it
   */
  static DataDir open(@Nullable Path given) {
    try {
      var path =
          StateFolder.open(
              given == null ? Files.createTempDirectory("sluice-local") : given,
              "everything of the local stack");
      StateFolder.make(path.resolve("logs"));
      var lock = StateFolder.openFile(path.resolve("stack.lock"));
      if (!locked(lock)) {
        lock.close();
        throw new IllegalStateException("another stack is running with --data " + path);
      }
      if (given == null) {
        StateFolder.make(path.resolve(TEMPORARY_FILES));
      }
      return new DataDir(path, lock, given == null);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot write to the data directory: "
              + e.getClass().getSimpleName()
              + " "
              + e.getMessage(),
          e);
    }
  }

  private static boolean locked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  Path path() {
    return path;
  }

  /**
   * The temporary folder of the stack's processes, which is deleted with this directory; null if
   * this directory is kept.
   */
  @Nullable Path temporaryFiles() {
    return temporary ? path.resolve(TEMPORARY_FILES) : null;
  }

  @Override
  public void close() {
    try {
      lock.close();
      if (temporary) {
        delete();
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Could not delete {}", path, e);
    }
  }

  private void delete() throws IOException {
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
