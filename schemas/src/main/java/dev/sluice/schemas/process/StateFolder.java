package dev.sluice.schemas.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which a process keeps its state: the platform's place for state, readable only by
 * its own user, because journals hold whatever people put into runs. Never a folder that everybody
 * may write to, or that is cleaned up.
 */
public final class StateFolder {
  private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);
  private static final String XDG = "XDG_STATE_HOME";
  private static final String OURS = "sluice";
  private static final Set<PosixFilePermission> OF_FOLDERS =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OF_FILES =
      PosixFilePermissions.fromString("rw-------");

  /** No path has it, so that a setting that is empty can be told from none. */
  private static final String UNSET = "un\u0000set";

  private StateFolder() {}

  /** The setting {@code key}, or a folder of this name in the platform's place for state. */
  public static Path of(Settings read, String key, String name) {
    var given = read.text(key, UNSET);
    if (given.equals(UNSET)) {
      var home = home(System.getenv(), System.getProperty("user.home"), isRoot());
      if (home == null) {
        read.problem(key + ": is missing, and this user has no home to keep it in");
        return Path.of("");
      }
      return home.resolve(name);
    }
    try {
      if (!given.isEmpty()) {
        return Path.of(given);
      }
      read.problem(key + ": must name a folder, got ''");
    } catch (InvalidPathException e) {
      read.problem(key + ": must name a folder: " + e.getMessage());
    }
    return Path.of("");
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /**
   * The platform's place: {@code $XDG_STATE_HOME/sluice}; of root {@code /var/lib/sluice}, of
   * others {@code ~/.local/state/sluice}; null if the user has no home.
   */
  static @Nullable Path home(Map<String, String> environment, String userHome, boolean isRoot) {
    var xdg = environment.getOrDefault(XDG, "");
    if (xdg.startsWith("/")) { // a relative one is to be ignored, says the specification
      return Path.of(xdg, OURS);
    }
    if (isRoot) {
      return Path.of("/var/lib", OURS);
    }
    var home = environment.getOrDefault("HOME", userHome);
    return home.startsWith("/") ? Path.of(home, ".local", "state", OURS) : null;
  }

  /**
   * Makes a folder, for this user alone, if there is none, and says where what is kept; warns of
   * one that others own or may read.
   *
   * @param what is kept there, for people
   * @throws SettingsException if nothing can be written there
   */
  public static Path open(Path folder, String what) {
    var path = folder.toAbsolutePath().normalize();
    try {
      make(path);
      var probe = Files.createTempFile(path, ".writable", "", attributes(OF_FILES));
      Files.delete(probe);
      warnOfOthers(path);
    } catch (IOException | UnsupportedOperationException e) {
      throw new SettingsException(List.of("cannot keep " + what + " in " + path + ": " + words(e)));
    }
    return path;
  }

  /** Logs where something is kept, once it is in use. */
  public static void tell(Path folder, String what) {
    LOG.info("{} is kept in {}", what, folder.toAbsolutePath().normalize());
  }

  /** As one line that says what kind of problem it is. */
  static String words(Exception failure) {
    var reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
    return failure.getClass().getSimpleName() + (reason == null ? "" : ": " + reason);
  }

  /** Makes a folder, and those above it, for this user alone, if there is none. */
  public static void make(Path path) throws IOException {
    try {
      Files.createDirectories(path, attributes(OF_FOLDERS));
    } catch (FileAlreadyExistsException e) {
      throw new FileSystemException(path.toString(), null, "it is no folder");
    }
  }

  private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
    return isPosix()
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix() {
    return java.nio.file.FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  private static void warnOfOthers(Path path) throws IOException {
    if (!isPosix()) {
      return;
    }
    var now = Files.readAttributes(path, PosixFileAttributes.class);
    var owner = now.owner().getName();
    var user = System.getProperty("user.name");
    if (!owner.equals(user)) {
      LOG.warn("{} belongs to {}, but this process runs as {}", path, owner, user);
    }
    var wider = new HashSet<>(now.permissions());
    wider.removeAll(OF_FOLDERS);
    if (!wider.isEmpty()) {
      LOG.warn(
          "Other users can read {} ({}); chmod 700 prevents that",
          path,
          PosixFilePermissions.toString(now.permissions()));
    }
  }

  /**
   * Keeps others out of a folder and those right below it, which Kafka Streams opens to its group.
   */
  public static void tighten(Path folder) {
    if (!isPosix()) {
      return;
    }
    try (var below = Files.walk(folder, 1)) {
      for (var one : below.filter(Files::isDirectory).toList()) {
        Files.setPosixFilePermissions(one, OF_FOLDERS);
      }
    } catch (IOException e) {
      LOG.warn("Other users may be able to read {}: {}", folder, words(e));
    }
  }

  /**
   * Opens a file for reading and writing, for this user alone; makes it if there is none.
   *
   * @throws IOException also if a symbolic link lies in its place
   */
  public static FileChannel openFile(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      throw new FileSystemException(file.toString(), null, "it is a symbolic link");
    }
    var options =
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    var channel = FileChannel.open(file, options, attributes(OF_FILES));
    var view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view != null && !view.readAttributes().permissions().equals(OF_FILES)) {
      view.setPermissions(OF_FILES); // made by an earlier version
    }
    return channel;
  }
}
