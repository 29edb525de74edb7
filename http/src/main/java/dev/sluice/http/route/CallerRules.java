package dev.sluice.http.route;

import dev.sluice.contract.Texts;
import dev.sluice.http.message.MediaTypes;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.RequestHead;
import dev.sluice.http.message.Target;
import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages out: a page can make the browser of somebody who can reach this server send
 * requests to it.
 */
public final class CallerRules {
  /** Content types that a page may send to another site without a preflight (Fetch §2.2.2). */
  private static final Set<String> UNASKED =
      Set.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data");

  private final ServedHosts hosts;

  public CallerRules(ServedHosts hosts) {
    this.hosts = hosts;
  }

  /**
   * Checks the caller and the host that it names.
   *
   * @param local the address at which the connection arrived
   * @throws Problem 403
   */
  public void check(RequestHead head, @Nullable InetAddress local) {
    var authority = head.target().authority();
    var host = authority == null ? head.headers().one("host") : authority;
    if (host != null && !hosts.isOurs(host, local)) {
      throw Problem.forbidden(
          "the host "
              + Texts.quoted(host)
              + " is not served here; if it should be, name it in the setting http.hosts");
    }
    var origin = head.headers().one("origin");
    if (origin != null && !isOurs(origin, local)) {
      throw Problem.forbidden("pages of " + Texts.quoted(origin) + " may not ask here");
    }
    if ("cross-site".equals(head.headers().one("sec-fetch-site"))) {
      throw Problem.forbidden("pages of other sites may not call this server");
    }
  }

  private boolean isOurs(String origin, @Nullable InetAddress local) {
    int scheme = origin.indexOf("://");
    return scheme > 0 && hosts.isOurs(origin.substring(scheme + 3), local);
  }

  /**
   * Checks the content type of a request body.
   *
   * @throws Problem 415
   */
  public static void checkType(Route.Body body, RequestHead head) {
    if (body == Route.Body.NONE) {
      return;
    }
    var given = head.headers().one("content-type");
    if (given == null || !isTaken(body, MediaTypes.essence(given))) {
      throw Problem.unsupportedType(
          "Content-Type must be application/json%s, got %s; with curl give --json instead of -d"
              .formatted(
                  body == Route.Body.JSON ? "" : " or the payload's own type",
                  given == null ? "none" : Texts.quoted(given)));
    }
    if (MediaTypes.isJson(given) && !MediaTypes.isUtf8(given)) {
      throw Problem.unsupportedType("JSON must be in UTF-8, got " + Texts.quoted(given));
    }
  }

  /**
   * Checks the names of a query's parameters.
   *
   * @throws Problem 400
   */
  public static void checkQuery(Route route, Target target) {
    for (var name : target.parameters().keySet()) {
      if (!route.takes(name)) {
        throw Problem.badRequest(
            "unknown query parameter %s%s"
                .formatted(
                    Texts.quoted(name),
                    route.query().isEmpty()
                        ? "; this path takes none"
                        : "; this path takes " + String.join(", ", route.query())));
      }
    }
  }

  private static boolean isTaken(Route.Body body, String type) {
    return body == Route.Body.JSON
        ? MediaTypes.isJson(type)
        : MediaTypes.isOne(type) && !UNASKED.contains(type);
  }
}
