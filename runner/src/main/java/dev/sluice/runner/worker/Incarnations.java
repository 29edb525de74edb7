package dev.sluice.runner.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * This life of this worker. Holding the operating system's lock on {@code <worker>.lock} proves
 * that the incarnation named in the file is dead (rule 10).
 */
public final class Incarnations implements AutoCloseable {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int RANDOM_LENGTH = 8;
  private static final int MAX_NUMBER = 10_000;

  /** A worker's id has more, for the number. */
  private static final int MAX_HOST_CHARS = 90;

  private final String worker;
  private final String incarnation;
  private final @Nullable String predecessor;
  private final FileChannel channel;

  private Incarnations(
      String worker, String incarnation, @Nullable String predecessor, FileChannel channel) {
    this.worker = worker;
    this.incarnation = incarnation;
    this.predecessor = predecessor;
    this.channel = channel;
  }

  /**
   * Takes the lock on a worker's id.
   *
   * @param worker null for the host's name and the lowest number that is free
   * @throws IllegalStateException if a live process has the id
   */
  public static Incarnations take(@Nullable String worker, Path dir) {
    try {
      Files.createDirectories(dir);
      if (worker != null) {
        var taken = tryTake(worker, dir);
        if (taken == null) {
          throw new IllegalStateException(
              "worker id " + worker + " belongs to a live process; see " + dir);
        }
        return taken;
      }
      var host = host();
      for (int number = 0; number < MAX_NUMBER; number++) {
        var taken = tryTake(host + "-" + number, dir);
        if (taken != null) {
          return taken;
        }
      }
      throw new IllegalStateException("no free worker id of host " + host + " in " + dir);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock a worker id in " + dir, e);
    }
  }

  private static String host() {
    try {
      var name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
      return name.substring(0, Math.min(name.length(), MAX_HOST_CHARS));
    } catch (UnknownHostException e) {
      return "worker";
    }
  }

  private static @Nullable Incarnations tryTake(String worker, Path dir) throws IOException {
    var channel =
        FileChannel.open(
            dir.resolve(worker + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      return null;
    }
    var predecessor = read(channel);
    var incarnation = worker + "." + random();
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(incarnation.getBytes(StandardCharsets.UTF_8)), 0);
    channel.force(true);
    return new Incarnations(
        worker, incarnation, predecessor.isEmpty() ? null : predecessor, channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
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

  public String incarnation() {
    return incarnation;
  }

  /** The incarnation that had the id before, certainly dead; null for none. */
  public @Nullable String predecessor() {
    return predecessor;
  }

  /** Gives the id back; the file stays, it names this incarnation. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give back worker id " + worker, e);
    }
  }
}
