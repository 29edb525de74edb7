package dev.sluice.topology.catalog;

import dev.sluice.admission.settings.SettingKey;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import dev.sluice.topology.catalog.query.SettingQueries;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/** What is set for all gates, and how far that is in force. */
final class SettingsApi {
  private final SettingQueries queries;

  SettingsApi(SettingQueries queries) {
    this.queries = queries;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/settings", this::all).asking("limit", "after"),
        Route.get("/v1/settings/pools/{name}", request -> one(request, SettingKey::pool)),
        Route.get("/v1/settings/plans/{name}", request -> one(request, SettingKey::plan)),
        Route.get("/v1/settings/agents/{name}", request -> one(request, SettingKey::agent)),
        Route.get("/v1/settings/values/{name}", request -> one(request, SettingKey::value)));
  }

  private Answer all(Request request) {
    int limit = CatalogApi.limit(request);
    var after = CatalogApi.after(request);
    try {
      return CatalogApi.send(queries.all(limit, after, System.currentTimeMillis()));
    } catch (InvalidStateStoreException e) {
      throw Problem.unavailable("the catalog is still reading its topics");
    }
  }

  private Answer one(Request request, Function<String, SettingKey> kind) {
    var key = key(request, kind);
    try {
      var found = queries.one(key, System.currentTimeMillis());
      if (found == null) {
        throw Problem.notFound("nothing is set for " + key.text());
      }
      return CatalogApi.send(found);
    } catch (InvalidStateStoreException e) {
      throw Problem.unavailable("the catalog is still reading its topics");
    }
  }

  private static SettingKey key(Request request, Function<String, SettingKey> kind) {
    try {
      return kind.apply(request.parameter("name"));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }
}
