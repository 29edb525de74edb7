package dev.sluice.local;

import dev.sluice.gateway.Gateway;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.runner.Runner;
import dev.sluice.sdk.Agent;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.catalog.CatalogServer;
import dev.sluice.topology.gate.GateServer;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Gate, one runner, catalog and gateway in this JVM. */
final class HttpBed implements AutoCloseable {
  final TestCluster cluster = new TestCluster();
  final GateServer gate;
  final Runner runner;
  final CatalogServer catalog;
  final Gateway gateway;
  final HttpCaller http;

  HttpBed() {
    this(16, TestCluster.sampleAgents());
  }

  HttpBed(int slots, List<Agent<?, ?>> agents) {
    gate = cluster.startGate();
    runner = cluster.startRunner("w", slots, agents);
    catalog = startCatalog();
    Awaitility.await().atMost(TestCluster.BOUND).until(catalog::isRunning);
    // Whether a 503 comes in time is another test's concern; here answers may take long.
    gateway =
        startGateway(
            Map.of(
                "answer.within.ms",
                "20000",
                "catalog.within.ms",
                "20000",
                "catalogs",
                catalog.address()));
    http = new HttpCaller(gateway.address());
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> http.get("/readyz").status() == 200);
  }

  /** Starts the catalog, on what is left of the last one's state. */
  CatalogServer startCatalog() {
    var state = cluster.dir.resolve("catalog").toString();
    return CatalogServer.start(
        CatalogConfig.from(settings(Map.of("state.dir", state, "http.port", "0")), false));
  }

  Gateway startGateway(Map<String, String> more) {
    var settings = settings(more);
    settings.put("http.port", "0");
    settings.putIfAbsent("http.auth", "none");
    return Gateway.start(GatewayConfig.from(settings, false));
  }

  private Map<String, String> settings(Map<String, String> more) {
    var settings = cluster.settings(more);
    settings.remove("lease.ttl.ms"); // of the gate and its runners
    return settings;
  }

  @Override
  public void close() {
    gateway.close();
    catalog.close();
    cluster.close();
  }
}
