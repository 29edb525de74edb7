package dev.sluice.runner.identity;

import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.process.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * This life of this worker. Holding the operating system's lock on {@code <worker>.lock} proves
 * that the incarnation named in the file is dead (rule 10).
 */
public final class Incarnations implements AutoCloseable {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int RANDOM_LENGTH = 8;
  private static final int SHORTENED_LENGTH = 8;
  private static final int MAX_HOST_LENGTH = 80;
  private static final int MAX_NUMBER = 10_000;

  /**
   * Lock files that lives in this process hold, or are about to. To close any channel of a file
   * drops all locks that the process has on it (POSIX), so none of these is opened again.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /**
   * Channels of files that another class loader's runner in this process was found to hold. They
   * stay open for the same reason, and are used for the next look.
   */
  private static final Map<Path, FileChannel> LEFT_OPEN = new ConcurrentHashMap<>();

  private final String worker;
  private final String incarnation;
  private final @Nullable String predecessor;
  private final Path file;
  private final FileChannel channel;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Path lost;

  private Incarnations(
      String worker,
      String incarnation,
      @Nullable String predecessor,
      Path file,
      FileChannel channel,
      Path lost) {
    this.file = file;
    this.lost = lost;
    this.worker = worker;
    this.incarnation = incarnation;
    this.predecessor = predecessor;
    this.channel = channel;
  }

  /**
   * Takes the lock on a worker's id.
   *
   * @param worker null for the host's name, the folder in eight characters, as another user's lock
   *     lies elsewhere, and the lowest number that is free
   * @throws IllegalStateException if a live process has the id
   * @throws SettingsException if the lock cannot be written
   */
  public static Incarnations take(@Nullable String worker, Path folder) {
    var dir = StateFolder.open(folder, "the runner's id");
    try {
      if (worker != null) {
        var taken = tryTake(worker, dir);
        if (taken == null) {
          throw new IllegalStateException(
              "worker id " + worker + " belongs to a live process; see " + dir);
        }
        return taken;
      }
      var host = host() + "-" + shortened(dir);
      for (int number = 0; number < MAX_NUMBER; number++) {
        var taken = tryTake(host + "-" + number, dir);
        if (taken != null) {
          return taken;
        }
      }
      throw new IllegalStateException("no free worker id of host " + host + " in " + dir);
    } catch (IOException e) {
      throw new SettingsException(List.of("cannot lock a worker id in " + dir + ": " + e));
    }
  }

  private static String shortened(Path dir) throws IOException {
    try {
      var path = dir.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(path);
      var text = new StringBuilder();
      for (int i = 0; i < SHORTENED_LENGTH; i++) {
        text.append(ALPHABET.charAt(Math.floorMod(hash[i], ALPHABET.length())));
      }
      return text.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String host() {
    try {
      var name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
      return name.substring(0, Math.min(MAX_HOST_LENGTH, name.length()));
    } catch (UnknownHostException e) {
      return "worker";
    }
  }

  private static @Nullable Incarnations tryTake(String worker, Path dir) throws IOException {
    var file = dir.toRealPath().resolve(worker + ".lock");
    if (!HELD.add(file)) {
      return null;
    }
    Incarnations taken = null;
    try {
      var channel = locked(file);
      taken = channel == null ? null : begin(worker, dir, file, channel);
      return taken;
    } finally {
      if (taken == null) {
        HELD.remove(file);
      }
    }
  }

  private static Incarnations begin(String worker, Path dir, Path file, FileChannel channel)
      throws IOException {
    var predecessor = read(channel);
    var incarnation = worker + "." + random();
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(incarnation.getBytes(StandardCharsets.UTF_8)), 0);
    channel.force(true);
    return new Incarnations(
        worker,
        incarnation,
        predecessor.isEmpty() ? null : predecessor,
        file,
        channel,
        dir.resolve(worker + ".lost"));
  }

  /** The file's channel, with the lock; null if somebody else has it. */
  private static @Nullable FileChannel locked(Path file) throws IOException {
    var left = LEFT_OPEN.remove(file);
    var channel = left == null ? StateFolder.openFile(file) : left;
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
      channel.close();
    } catch (OverlappingFileLockException heldByThisProcess) {
      LEFT_OPEN.put(file, channel);
    }
    return null;
  }

  private static String read(FileChannel channel) throws IOException {
    var buffer = ByteBuffer.allocate(1024);
    channel.read(buffer, 0);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).trim();
  }

  private static String random() {
    var random = new SecureRandom();
    var text = new StringBuilder();
    for (int i = 0; i < RANDOM_LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  public String worker() {
    return worker;
  }

  public WorkerName name() {
    return new WorkerName(worker, incarnation);
  }

  public String incarnation() {
    return incarnation;
  }

  /** The incarnation that had the id before, certainly dead; null for none. */
  public @Nullable String predecessor() {
    return predecessor;
  }

  /** Whether the life before this one ended because a worker elsewhere took the id. */
  public boolean wasLost() {
    return Files.exists(lost, LinkOption.NOFOLLOW_LINKS);
  }

  /** A worker elsewhere has the id now: the next life is to see that before it takes it back. */
  public void lose() {
    try {
      StateFolder.openFile(lost).close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot note that worker id " + worker + " was lost", e);
    }
  }

  /** Nobody else has the id any more. */
  public void regain() {
    try {
      Files.deleteIfExists(lost);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot note that worker id " + worker + " is free", e);
    }
  }

  /** Gives the id back; the file stays, it names this incarnation. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give back worker id " + worker, e);
    } finally {
      HELD.remove(file);
    }
  }
}
