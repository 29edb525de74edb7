package dev.sluice.gateway.access;

import dev.sluice.gateway.keys.Role;
import dev.sluice.http.route.Route;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What each route asks of its callers; docs/security.md has the same table. */
public final class Rights {
  private static final Map<String, Right> TABLE = table();

  private Rights() {}

  private static Map<String, Right> table() {
    var table = new HashMap<String, Right>();
    var runs = "/v1/tenants/{tenant}/runs";
    tenant(table, Role.SUBMIT, "POST " + runs);
    tenant(table, Role.SUBMIT, "POST " + runs + "/{run}/cancel");
    tenant(table, Role.SUBMIT, "POST " + runs + "/{run}/signals/{name}");
    tenant(table, Role.READ, "GET " + runs);
    tenant(table, Role.READ, "GET " + runs + "/{run}");
    tenant(table, Role.READ, "GET " + runs + "/{run}/journal");
    tenant(table, Role.READ, "GET " + runs + "/{run}/events");
    tenant(table, Role.READ, "GET " + runs + "/{run}/output");
    tenant(table, Role.READ, "GET /v1/tenants/{tenant}");
    tenant(table, Role.READ, "GET /v1/tenants/{tenant}/events");
    tenant(table, Role.READ, "GET /v1/tenants/{tenant}/commands");
    tenant(table, Role.READ, "GET /v1/tenants/{tenant}/limits");
    tenant(table, Role.OPERATE, "POST /v1/dead-letters/{tenant}/{run}/redrive");
    all(table, Role.OPERATE, "POST /v1/dead-letters/redrive");
    all(table, Role.OPERATE, "GET /v1/tenants");
    all(table, Role.OPERATE, "GET /v1/dead-letters");
    all(table, Role.OPERATE, "GET /v1/agents");
    all(table, Role.OPERATE, "GET /v1/pools/{pool}/scaling");
    all(table, Role.OPERATE, "GET /v1/settings");
    all(table, Role.ADMIN, "PUT /v1/tenants/{tenant}");
    for (var kind : new String[] {"pools", "plans", "agents", "values"}) {
      var setting = " /v1/settings/" + kind + "/{name}";
      all(table, Role.OPERATE, "GET" + setting);
      all(table, Role.ADMIN, "PUT" + setting);
      all(table, Role.ADMIN, "DELETE" + setting);
    }
    all(table, Role.ADMIN, "GET /v1/keys");
    all(table, Role.ADMIN, "POST /v1/keys");
    all(table, Role.ADMIN, "POST /v1/keys/{id}/rotate");
    all(table, Role.ADMIN, "DELETE /v1/keys/{id}");
    return Map.copyOf(table);
  }

  private static void tenant(Map<String, Right> table, Role role, String route) {
    table.put(route, new Right(role, Right.Scope.TENANT, !route.startsWith("GET ")));
  }

  private static void all(Map<String, Right> table, Role role, String route) {
    table.put(route, new Right(role, Right.Scope.ALL, !route.startsWith("GET ")));
  }

  /** The method and the path's template, such as {@code GET /v1/tenants/{tenant}}. */
  public static String name(Route route) {
    return route.method() + " /" + String.join("/", route.template());
  }

  /**
   * What a route asks for.
   *
   * @throws IllegalArgumentException if the table does not have it
   */
  static Right of(Route route) {
    var right = TABLE.get(name(route));
    if (right == null) {
      throw new IllegalArgumentException(
          "nobody has said who may use " + name(route) + "; add it to Rights");
    }
    return right;
  }

  /**
   * Checks that somebody has said who may use each route that is no probe.
   *
   * @throws IllegalArgumentException naming one for which nobody has
   */
  public static void requireAll(Collection<Route> routes) {
    routes.stream().filter(route -> !route.probe()).forEach(Rights::of);
  }
}
