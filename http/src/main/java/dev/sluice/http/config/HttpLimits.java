package dev.sluice.http.config;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Bounds on what all callers together can make a server hold, and on how long it waits for each.
 *
 * @param connections open at once; beyond, those that have sent no whole request give way
 * @param requests executed at once; beyond, the answer is 503
 * @param waits requests at once that wait for something, such as the end of a run
 * @param bytes of requests and answers in memory at once, bodies above all
 * @param head longest time from a request's first byte to the end of its header
 * @param body longest time from there to the end of its body
 * @param idle longest time between two requests of a connection
 * @param answer longest time that a caller may take to read an answer
 */
public record HttpLimits(
    int connections,
    int requests,
    int waits,
    long bytes,
    Duration head,
    Duration body,
    Duration idle,
    Duration answer) {
  /** Most bytes of a request line and its header lines. */
  public static final int HEAD_BYTES = 16 * 1024;

  /** Most bytes of a request line. */
  public static final int LINE_BYTES = 8 * 1024;

  /** Most header lines. */
  public static final int HEADERS = 100;

  private static final int MOST_CONNECTIONS = 10_000;
  private static final int LEAST_CONNECTIONS = 64;
  // Measured: a connection that has sent half a header holds 6 KiB, one on a platform thread more.
  private static final int BYTES_OF_A_CONNECTION = 16 * 1024;
  private static final int REQUESTS = 1_024;
  private static final int WAITS = 5_000;
  private static final long LEAST_BYTES = 8 * 1024 * 1024;

  public HttpLimits {
    if (connections < 1 || requests < 1 || waits < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "connections, requests, waits and bytes must be at least 1, got %d, %d, %d, %d"
              .formatted(connections, requests, waits, bytes));
    }
  }

  /** Limits that fit this process's heap and its file handles. */
  public static HttpLimits fitting() {
    long heap = Runtime.getRuntime().maxMemory();
    return new HttpLimits(
        connectionsFor(heap),
        REQUESTS,
        WAITS,
        Math.max(LEAST_BYTES, heap / 8),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30));
  }

  private static int connectionsFor(long heap) {
    long most = Math.min(MOST_CONNECTIONS, heap / BYTES_OF_A_CONNECTION);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      most = Math.min(most, system.getMaxFileDescriptorCount() / 2);
    }
    return (int) Math.max(LEAST_CONNECTIONS, most);
  }
}
