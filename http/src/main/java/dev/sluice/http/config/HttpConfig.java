package dev.sluice.http.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;

/**
 * The address that a server listens on, and the names under which it may be called.
 *
 * @param name of the server, for its log and its threads
 * @param host the interface to listen on
 * @param port 0 lets the system choose
 * @param hosts names by which callers may address it besides those of the loopback; {@code
 *     *.example.com} stands for every name that ends so
 */
public record HttpConfig(String name, String host, int port, Set<String> hosts, HttpLimits limits) {
  public HttpConfig {
    hosts = Set.copyOf(hosts);
  }

  /** A server on the loopback interface. */
  public static HttpConfig loopback(String name, int port) {
    return new HttpConfig(name, "127.0.0.1", port, Set.of(), HttpLimits.fitting());
  }

  /** Whether it listens on the loopback interface alone; false for a host that is not known. */
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
