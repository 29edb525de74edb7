package dev.sluice.http.route;

import dev.sluice.contract.Texts;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Target;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** All routes of a server. */
public final class Routes {
  /** The result of looking up a method and a path. */
  public sealed interface Found {
    /** A route, and the parameters of the path. */
    record Match(Route route, Map<String, String> parameters) implements Found {}

    /** The question which methods there are, and its answer. */
    record Options(String allowed) implements Found {}
  }

  private final List<Route> routes;

  public Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /**
   * What answers a request.
   *
   * @throws Problem 404, or 405 if the path exists
   */
  public Found find(String method, Target target) {
    var wanted = method.equals("HEAD") ? "GET" : method;
    Set<String> methods = new TreeSet<>();
    for (var route : routes) {
      var parameters = route.match(target.parts());
      if (parameters != null && route.method().equals(wanted)) {
        return new Found.Match(route, parameters);
      }
      if (parameters != null || target.path().equals("*")) {
        methods.add(route.method());
      }
    }
    if (methods.isEmpty()) {
      throw Problem.notFound("there is nothing at " + Texts.quoted(method + " " + target.path()));
    }
    var allowed = allowed(methods);
    if (method.equals("OPTIONS")) {
      return new Found.Options(allowed);
    }
    throw Problem.methodNotAllowed(
        "%s takes %s, got %s".formatted(Texts.quoted(target.path()), allowed, Texts.quoted(method)),
        allowed);
  }

  private static String allowed(Set<String> methods) {
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    methods.add("OPTIONS");
    return String.join(", ", methods);
  }
}
