package dev.sluice.local.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the local stack. Port 0 stands for any free port.
 *
 * @param data where everything is kept; null for a temporary directory, deleted at the end
 * @param runners how many runner processes
 * @param slots of each
 * @param probeDir what the sample agent {@code probe} may write below; null for {@code data}
 */
public record StackConfig(
    int http,
    int kafka,
    int registry,
    @Nullable Path data,
    int runners,
    int slots,
    @Nullable Path probeDir) {
  /** A pool's dispatch topic has so many partitions, and a runner needs one. */
  private static final int MOST_RUNNERS = 8;

  private static final int MOST_SLOTS = 100_000;
  private static final int LAST_PORT = 65_535;

  public StackConfig {
    range("--http", http, 0, LAST_PORT);
    range("--kafka", kafka, 0, LAST_PORT);
    range("--registry", registry, 0, LAST_PORT);
    if (data != null && data.toString().isBlank()) {
      throw new IllegalArgumentException("--data must name a folder, got ''");
    }
    range("--runners", runners, 0, MOST_RUNNERS);
    range("--slots", slots, 1, MOST_SLOTS);
    if (IntStream.of(http, kafka, registry).filter(port -> port != 0).distinct().count()
        < IntStream.of(http, kafka, registry).filter(port -> port != 0).count()) {
      throw new IllegalArgumentException(
          "--http, --kafka and --registry must differ, got %d, %d and %d"
              .formatted(http, kafka, registry));
    }
  }

  /** The same with the data directory for {@code probe}. */
  public StackConfig(
      int http, int kafka, int registry, @Nullable Path data, int runners, int slots) {
    this(http, kafka, registry, data, runners, slots, null);
  }

  /** The same with the broker and the registry at ports that are known. */
  StackConfig withPorts(int kafkaAt, int registryAt) {
    return new StackConfig(http, kafkaAt, registryAt, data, runners, slots, probeDir);
  }

  private static void range(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", got " + value);
    }
  }

  /**
   * Looks at the ports before anything starts.
   *
   * @throws IllegalStateException if one is taken
   */
  void checkPorts() {
    checkPort("--http", http);
    checkPort("--kafka", kafka);
    checkPort("--registry", registry);
  }

  private static void checkPort(String name, int port) {
    if (port == 0) {
      return;
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "port " + port + " is in use; choose another with " + name + ", or 0", e);
    }
  }
}
