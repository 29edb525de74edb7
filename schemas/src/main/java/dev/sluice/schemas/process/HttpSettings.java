package dev.sluice.schemas.process;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.config.HttpLimits;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The settings of a process's HTTP port, the same for every process. */
public final class HttpSettings {
  private static final Pattern HOST =
      Pattern.compile("(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?|\\[[0-9A-Fa-f:.]+]");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{16,256}");
  private static final int MANY = 1_000_000;

  private HttpSettings() {}

  /**
   * Reads those of a process that answers probes alone.
   *
   * @param name of the process
   */
  public static HttpConfig probes(Settings read, String name) {
    return config(read, name, 0);
  }

  /**
   * Reads those of a process that serves data: on another interface than the loopback it needs the
   * names by which it is addressed, and to authenticate its callers or be told that it need not.
   *
   * @param name of the process
   * @param port if none is given; 0 lets the system choose
   * @param insecure whether it may listen on other interfaces than the loopback: it authenticates
   *     its callers, or is told to
   */
  public static HttpConfig data(Settings read, String name, int port, boolean insecure) {
    var config = config(read, name, port);
    if (config.hosts().isEmpty() && !config.isLoopback()) {
      read.problem(
          ("http.hosts: must name the hosts by which callers address this %s when http.host is not"
                  + " the loopback, such as %s.example.com; a page in a browser could otherwise ask"
                  + " under a name of its own")
              .formatted(name, name));
    }
    if (!insecure && !config.isLoopback()) {
      read.problem(
          "http.host: callers are not authenticated; add --insecure to listen on %s all the same"
              .formatted(config.host()));
    }
    return config;
  }

  /**
   * Checks a secret that processes show one another.
   *
   * @param token may be empty, for none
   * @return the same
   */
  public static String token(Settings read, String key, String token) {
    if (!token.isEmpty() && !TOKEN.matcher(token).matches()) {
      // Not what was given: it is meant to be a secret, and behind a colon it would be masked.
      read.problem(key + " must have 16 to 256 letters, digits or -._~+/=");
    }
    return token;
  }

  private static HttpConfig config(Settings read, String name, int port) {
    var hosts = read.list("http.hosts", List.of());
    for (var host : hosts) {
      if (!HOST.matcher(host).matches()) {
        read.problem(
            "http.hosts: must be names without ports, separated by commas, got '%s'"
                .formatted(host));
      }
    }
    return new HttpConfig(
        name,
        read.text("http.host", "127.0.0.1"),
        read.integer("http.port", port, 0, 65_535),
        Set.copyOf(hosts),
        limits(read));
  }

  private static HttpLimits limits(Settings read) {
    var fitting = HttpLimits.fitting();
    var least = Duration.ofMillis(100);
    return new HttpLimits(
        read.integer("http.max.connections", fitting.connections(), 1, MANY),
        read.integer("http.max.requests", fitting.requests(), 1, MANY),
        read.integer("http.max.waits", fitting.waits(), 1, MANY),
        read.integer("http.max.mb", megabytes(fitting.bytes()), 1, MANY) * 1024L * 1024,
        read.millis("http.header.timeout.ms", fitting.head(), least),
        read.millis("http.body.timeout.ms", fitting.body(), least),
        read.millis("http.idle.timeout.ms", fitting.idle(), least),
        read.millis("http.answer.timeout.ms", fitting.answer(), least));
  }

  private static int megabytes(long bytes) {
    return (int) Math.min(MANY, bytes / 1024 / 1024);
  }
}
