package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.access.Audit;
import dev.sluice.gateway.access.Caller;
import dev.sluice.gateway.access.Door;
import dev.sluice.gateway.access.Rights;
import dev.sluice.gateway.keys.Role;
import dev.sluice.http.message.Headers;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.RequestHead;
import dev.sluice.http.message.Target;
import dev.sluice.http.route.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every route of the code lets in those whom docs/security.md names, and nobody else. */
final class RolesOfRoutesTest {
  private static final List<Role> ROLES = List.of(Role.SUBMIT, Role.READ, Role.OPERATE, Role.ADMIN);
  private static final int OK = 200;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  /** A row of the page: whom it lets in, and whether a key of one tenant is enough. */
  private record Row(Set<Role> roles, boolean ofOneTenant) {}

  private static Map<String, Row> rows() throws IOException {
    var rows = new TreeMap<String, Row>();
    for (var line : Files.readAllLines(Path.of("../docs/security.md"))) {
      if (line.startsWith("| `")) {
        var cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
        var roles = new TreeSet<Role>();
        for (int i = 0; i < ROLES.size(); i++) {
          if (cells.get(2 + i).equals("yes")) {
            roles.add(ROLES.get(i));
          }
        }
        rows.put(cells.get(1).replace("`", ""), new Row(roles, cells.get(6).equals("the tenant")));
      }
    }
    return rows;
  }

  private static Map<String, String> parameters(Route route, String tenant) {
    var parameters = new LinkedHashMap<String, String>();
    for (var part : route.template()) {
      if (part.startsWith("{")) {
        var name = part.substring(1, part.length() - 1);
        parameters.put(name, name.equals("tenant") ? tenant : "x");
      }
    }
    return parameters;
  }

  /** How the caller is answered who asks for something of {@code asked}. */
  private static int status(Route route, Role role, String tenant, String asked) {
    var caller = new Caller("key:1", tenant, Set.of(role));
    var headers = new Headers();
    headers.add("Authorization: Bearer any");
    var head = new RequestHead(route.method(), Target.of("/"), headers, true);
    try (var audit = new Audit(Map.of(), "", () -> 0, () -> {})) {
      new Door(token -> caller, audit).admit(route, parameters(route, asked), head, null);
      return OK;
    } catch (Problem refused) {
      return refused.status();
    }
  }

  @Test
  void everyRouteHasARowAndEveryRowARoute() throws Exception {
    var served = new TreeSet<String>();
    ServedRoutes.all().forEach(route -> served.add(Rights.name(route)));

    assertThat(rows().keySet()).isEqualTo(served);
    Rights.requireAll(ServedRoutes.all());
  }

  @Test
  void everyRouteLetsInWhomThePageNames() throws Exception {
    var rows = rows();
    for (var route : ServedRoutes.all()) {
      var name = Rights.name(route);
      var row = rows.getOrDefault(name, new Row(Set.of(), false));
      for (var role : ROLES) {
        boolean mayAtAll = row.roles().contains(role);
        assertThat(status(route, role, "*", "acme"))
            .as(name + " by " + role + " of all tenants")
            .isEqualTo(mayAtAll ? OK : FORBIDDEN);
        assertThat(status(route, role, "acme", "acme"))
            .as(name + " by " + role + " of the tenant")
            .isEqualTo(mayAtAll && row.ofOneTenant() ? OK : FORBIDDEN);
      }
    }
  }

  @Test
  void nothingOfAnotherTenantExistsForTheCallerOfOne() {
    int walls = 0;
    for (var route : ServedRoutes.all()) {
      if (route.template().contains("{tenant}")) {
        walls++;
        for (var role : ROLES) {
          assertThat(status(route, role, "acme", "globex"))
              .as(Rights.name(route) + " by " + role)
              .isEqualTo(NOT_FOUND);
        }
      }
    }
    assertThat(walls).isEqualTo(14);
  }
}
