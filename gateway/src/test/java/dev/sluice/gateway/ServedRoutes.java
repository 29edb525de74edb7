package dev.sluice.gateway;

import dev.sluice.gateway.events.EventApi;
import dev.sluice.gateway.keys.KeyChanges;
import dev.sluice.gateway.keys.KeyRing;
import dev.sluice.http.route.Route;
import dev.sluice.schemas.serde.SluiceSerdes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The routes of a gateway that reaches nothing, without its probes. */
final class ServedRoutes {
  /** Nothing answers there; the routes are known all the same. */
  private static final Map<String, String> NOWHERE =
      Map.of(
          "bootstrap.servers",
          "127.0.0.1:1",
          "schema.registry.url",
          "http://127.0.0.1:1",
          "http.port",
          "0",
          "catalogs",
          "http://127.0.0.1:1");

  private ServedRoutes() {}

  static List<Route> all() {
    var config = GatewayConfig.from(NOWHERE, false);
    try (var sender = new RecordSender(config);
        var catalogs = new Catalogs(config.catalogs(), "", config.catalogWithin());
        var ring = new KeyRing(config.kafka(), "")) {
      var serdes = SluiceSerdes.create(config.serdes());
      var measures = new GatewayMeasures();
      var api = new GatewayApi("", serdes, sender, catalogs, measures);
      var all = new ArrayList<>(api.routes());
      var sources = new EventSources(sender, catalogs);
      try (var events =
          new EventApi(
              config.kafka(), "", serdes, config.streams(), sources, measures.registry())) {
        all.addAll(events.routes());
      }
      all.addAll(new SettingsApi("", serdes, sender).routes());
      all.addAll(new KeysApi(ring, new KeyChanges(config.kafka(), "", ring)).routes());
      return all;
    }
  }
}
