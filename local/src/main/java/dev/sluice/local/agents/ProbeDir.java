package dev.sluice.local.agents;

import dev.sluice.contract.Texts;
import dev.sluice.sdk.NonRetryableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The only directory that {@code probe} writes below: anyone who may submit chooses the input, and
 * must not be able to write to the files of the user who runs the worker.
 */
final class ProbeDir {
  /** Names it in the environment of a runner. */
  static final String VARIABLE = "SLUICE_PROBE_DIR";

  private static final String PROPERTY = "sluice.probe.dir";

  /** Tells that a directory is a local stack's {@code --data}, which it keeps its own state in. */
  private static final String STACK_LOCK = "stack.lock";

  private static final Set<String> OF_THE_STACK =
      Set.of("kafka", "gate", "catalog", "logs", "schemas.jsonl");

  private final @Nullable Path dir;

  ProbeDir(@Nullable Path dir) {
    this.dir = dir;
  }

  /** The one of this process. */
  static ProbeDir ofProcess() {
    var given = System.getProperty(PROPERTY, System.getenv(VARIABLE));
    return new ProbeDir(given == null || given.isBlank() ? null : Path.of(given));
  }

  /**
   * The file that an input means; a relative name is below the directory.
   *
   * @throws NonRetryableException if it is not below it, or there is none
   */
  Path file(String name) {
    if (dir == null) {
      throw new NonRetryableException(
          "probe writes a log only below the directory in " + VARIABLE + ", which is not set");
    }
    try {
      var root = dir.toAbsolutePath().normalize();
      Files.createDirectories(root);
      var file = root.resolve(name).normalize();
      if (!file.startsWith(root) || file.equals(root) || isOfTheStack(root, file)) {
        throw outside(name);
      }
      // A link on the way may lead elsewhere.
      requireWithin(root, file, name);
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      return file;
    } catch (InvalidPathException | IOException e) {
      throw new NonRetryableException("probe cannot write to " + Texts.quoted(name), e);
    }
  }

  private static boolean isOfTheStack(Path root, Path file) {
    var first = root.relativize(file).getName(0).toString().toLowerCase(Locale.ROOT);
    return Files.exists(root.resolve(STACK_LOCK))
        && (OF_THE_STACK.contains(first) || first.endsWith(".lock"));
  }

  private void requireWithin(Path root, Path file, String name) throws IOException {
    var nearest = file.getParent();
    while (nearest != null && !Files.exists(nearest)) {
      nearest = nearest.getParent();
    }
    if (nearest == null
        || Files.isSymbolicLink(file)
        || !nearest.toRealPath().startsWith(root.toRealPath())) {
      throw outside(name);
    }
  }

  private NonRetryableException outside(String name) {
    return new NonRetryableException(
        ("probe writes only below %s (%s, ./sluice up --probe-dir), and to no file of the stack,"
                + " got %s")
            .formatted(dir, VARIABLE, Texts.quoted(name)));
  }

  static void append(Path file, String line) throws IOException {
    Files.writeString(
        file,
        line,
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        LinkOption.NOFOLLOW_LINKS);
  }
}
