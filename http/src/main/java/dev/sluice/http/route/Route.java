package dev.sluice.http.route;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A path and the handlers of its methods.
 *
 * @param method {@code GET} also answers {@code HEAD}
 * @param template the path's parts; {@code {name}} is a parameter
 * @param query the parameters that a query may have; any other is refused
 * @param body what a body may be
 * @param maxBody most bytes of it
 * @param probe answers whatever else goes on, and whoever asks by whatever name
 */
public record Route(
    String method,
    List<String> template,
    Handler handler,
    Set<String> query,
    Body body,
    int maxBody,
    boolean probe) {
  /** The kinds of bodies that a route accepts. */
  public enum Body {
    NONE,
    JSON,
    /** Any type that a page of another site cannot send without a preflight. */
    TYPED
  }

  private static final String ANYTHING = "";

  private static Route of(String method, String template, Handler handler) {
    return new Route(method, parts(template), handler, Set.of(), Body.NONE, 0, false);
  }

  public static Route get(String template, Handler handler) {
    return of("GET", template, handler);
  }

  /** Takes a body of JSON. */
  public static Route post(String template, int maxBody, Handler handler) {
    return of("POST", template, handler).taking(Body.JSON, maxBody);
  }

  /** Takes a body of JSON. */
  public static Route put(String template, int maxBody, Handler handler) {
    return of("PUT", template, handler).taking(Body.JSON, maxBody);
  }

  /** The same with a body of another kind. */
  public Route taking(Body kind, int most) {
    return new Route(method, template, handler, query, kind, most, probe);
  }

  /** The same for another method. */
  public Route as(String other) {
    return new Route(other, template, handler, query, body, maxBody, probe);
  }

  /** The same with parameters in its query. */
  public Route asking(String... parameters) {
    return new Route(method, template, handler, Set.of(parameters), body, maxBody, probe);
  }

  /** The same with whatever its query has, which its handler looks at. */
  public Route askingAnything() {
    return new Route(method, template, handler, Set.of(ANYTHING), body, maxBody, probe);
  }

  public boolean takes(String parameter) {
    return query.contains(parameter) || query.contains(ANYTHING);
  }

  /** The same as a probe. */
  public Route asProbe() {
    return new Route(method, template, handler, query, body, maxBody, true);
  }

  private static List<String> parts(String template) {
    return Arrays.stream(template.split("/", -1)).skip(1).toList();
  }

  /** The path's parameters; null if the path is another. */
  @Nullable Map<String, String> match(List<String> path) {
    if (path.size() != template.size()) {
      return null;
    }
    var parameters = new HashMap<String, String>();
    for (int i = 0; i < path.size(); i++) {
      var part = template.get(i);
      if (part.startsWith("{")) {
        parameters.put(part.substring(1, part.length() - 1), path.get(i));
      } else if (!part.equals(path.get(i))) {
        return null;
      }
    }
    return parameters;
  }
}
