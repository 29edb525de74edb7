package dev.sluice.http.route;

import dev.sluice.http.config.HttpConfig;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The host names by which a server may be addressed. A page that points its own name at this server
 * (DNS rebinding) sends that name; it cannot send an address of this socket.
 */
public final class ServedHosts {
  private final boolean loopback;
  private final Set<String> given;

  public ServedHosts(HttpConfig config) {
    loopback = config.isLoopback();
    given = Set.copyOf(config.hosts().stream().map(host -> host.toLowerCase(Locale.ROOT)).toList());
  }

  /**
   * Whether {@code authority}, a name or an address with or without a port, names this server.
   *
   * @param local the address at which the connection arrived
   */
  boolean isOurs(String authority, @Nullable InetAddress local) {
    var name = withoutPort(authority.toLowerCase(Locale.ROOT));
    return (loopback && isLoopbackName(name)) || isGiven(name) || isAddress(name, local);
  }

  private static String withoutPort(String authority) {
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    return end <= 0 ? authority : authority.substring(0, end);
  }

  private static boolean isLoopbackName(String name) {
    return name.equals("localhost")
        || name.equals("[::1]")
        || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  private boolean isGiven(String name) {
    if (given.contains(name)) {
      return true;
    }
    int dot = name.indexOf('.');
    return dot > 0 && given.contains("*" + name.substring(dot));
  }

  private static boolean isAddress(String name, @Nullable InetAddress local) {
    if (local == null) {
      return false;
    }
    var address = local.getHostAddress();
    return name.equals(address) || name.equals("[" + address + "]");
  }
}
