package dev.sluice.gateway;

import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.http.OperatorServer;
import dev.sluice.schemas.process.RoleProcess;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerResponse;
import java.util.HashMap;
import java.util.concurrent.CountDownLatch;

/** The HTTP front door. Stateless: run as many as you like. */
public final class Gateway implements RoleProcess.Role {
  private static final int PLATFORM_THREADS = 128;

  private final ConnectionThreads connections = new ConnectionThreads(PLATFORM_THREADS);
  private final GatewayConfig config;
  private final RecordSender sender;
  private final Catalogs catalogs;
  private final WebServer http;
  private final CountDownLatch failed = new CountDownLatch(1);

  private Gateway(GatewayConfig config) {
    this.config = config;
    var measures = new GatewayMeasures();
    var settings = new HashMap<>(config.serdes());
    settings.putIfAbsent(
        "sluice.registry.timeout.ms", Long.toString(config.answerWithin().toMillis()));
    var serdes = SluiceSerdes.create(settings);
    sender = new RecordSender(config);
    catalogs = new Catalogs(config.catalogs());
    var api = new GatewayApi(config.prefix(), serdes, sender, catalogs, measures);
    http =
        WebServer.builder()
            .host(config.host())
            .port(config.httpPort())
            .shutdownHook(false)
            .addConnectionSelector(connections)
            .routing(
                routing ->
                    routing
                        .register("/v1", api)
                        .get("/healthz", (request, response) -> response.send("ok\n"))
                        .get("/readyz", (request, response) -> readyz(response))
                        .get(
                            "/metrics",
                            (request, response) ->
                                response
                                    .header(HeaderNames.CONTENT_TYPE, OperatorServer.METRICS_TYPE)
                                    .send(measures.scrape()))
                        .any(api::noSuchPath))
            .build();
  }

  private void readyz(ServerResponse response) {
    var problem = sender.readiness().whyNot();
    response
        .status(problem.isEmpty() ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
        .send(problem.map(why -> "not ready: " + why + "\n").orElse("ok\n"));
  }

  /** Starts to serve, also while Kafka cannot be reached: requests then get a 503. */
  public static Gateway start(GatewayConfig config) {
    var gateway = new Gateway(config);
    gateway.http.start();
    return gateway;
  }

  @Override
  public String address() {
    return "http://" + config.host() + ":" + http.port();
  }

  @Override
  public void awaitFailure() throws InterruptedException {
    failed.await();
  }

  @Override
  public void close() {
    http.stop();
    connections.close();
    sender.close();
    catalogs.close();
  }
}
