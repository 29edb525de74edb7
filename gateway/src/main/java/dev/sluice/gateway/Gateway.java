package dev.sluice.gateway;

import dev.sluice.gateway.access.Audit;
import dev.sluice.gateway.access.Callers;
import dev.sluice.gateway.access.Door;
import dev.sluice.gateway.access.KeyCallers;
import dev.sluice.gateway.access.KeyOrTokenCallers;
import dev.sluice.gateway.access.Rights;
import dev.sluice.gateway.access.TokenCallers;
import dev.sluice.gateway.events.EventApi;
import dev.sluice.gateway.flow.TenantBounds;
import dev.sluice.gateway.keys.KeyChanges;
import dev.sluice.gateway.keys.KeyRing;
import dev.sluice.http.HttpServer;
import dev.sluice.http.OperatorServer;
import dev.sluice.http.message.ProbeAnswer;
import dev.sluice.http.route.Guard;
import dev.sluice.http.route.Route;
import dev.sluice.schemas.process.RoleProcess;
import dev.sluice.schemas.serde.SluiceSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** The HTTP front door. Stateless: run as many as you like. */
public final class Gateway implements RoleProcess.Role {
  /** Longer than any answer takes that does not wait for a run. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final GatewayConfig config;
  private final RecordSender sender;
  private final Catalogs catalogs;
  private final KeyRing ring;
  private final Audit audit;
  private final EventApi events;
  private final HttpServer http;

  private Gateway(GatewayConfig config) {
    this.config = config;
    var measures = new GatewayMeasures();
    var settings = new HashMap<>(config.serdes());
    settings.putIfAbsent(
        "sluice.registry.timeout.ms", Long.toString(config.answerWithin().toMillis()));
    var serdes = SluiceSerdes.create(settings);
    sender = new RecordSender(config);
    catalogs = new Catalogs(config.catalogs(), config.catalogToken(), config.catalogWithin());
    ring = new KeyRing(config.kafka(), config.prefix());
    audit =
        new Audit(config.kafka(), config.prefix(), System::currentTimeMillis, measures::unaudited);
    events =
        new EventApi(
            config.kafka(),
            config.prefix(),
            serdes,
            config.streams(),
            new EventSources(sender, catalogs),
            measures.registry());
    var routes = routes(own(serdes, measures), measures);
    Rights.requireAll(routes);
    var bounds =
        new TenantBounds(guard(), config.submitsPerSecond(), config.waits(), System::nanoTime);
    http = HttpServer.start(config.http(), routes, bounds, measures::problem, GRACE);
  }

  private List<Route> own(SluiceSerdes serdes, GatewayMeasures measures) {
    var prefix = config.prefix();
    var own = new ArrayList<>(new GatewayApi(prefix, serdes, sender, catalogs, measures).routes());
    own.addAll(events.routes());
    own.addAll(new SettingsApi(prefix, serdes, sender).routes());
    own.addAll(new KeysApi(ring, new KeyChanges(config.kafka(), prefix, ring)).routes());
    return own;
  }

  private Callers callers() {
    var keys = new KeyCallers(ring, System::currentTimeMillis);
    var oidc = config.oidc();
    return oidc == null ? keys : new KeyOrTokenCallers(keys, new TokenCallers(oidc));
  }

  private Guard guard() {
    return switch (config.auth()) {
      case NONE -> Guard.OPEN;
      case KEYS -> {
        ring.start();
        audit.start();
        yield new Door(callers(), audit);
      }
    };
  }

  private List<Route> routes(List<Route> own, GatewayMeasures measures) {
    var routes = new ArrayList<>(own);
    routes.add(OperatorServer.health(() -> true));
    routes.add(OperatorServer.readiness("/readyz", () -> answer(whyNotReady())));
    // For those who would rather go on without reads than stop submissions with them.
    routes.add(OperatorServer.readiness("/readyz/submissions", () -> answer(whyNoSubmissions())));
    routes.add(OperatorServer.metrics(measures::scrape));
    return routes;
  }

  private static ProbeAnswer answer(Optional<String> whyNot) {
    return new ProbeAnswer(whyNot.orElse(null), List.of());
  }

  private Optional<String> whyNotReady() {
    return whyNoSubmissions().or(catalogs::whyNot);
  }

  private Optional<String> whyNoSubmissions() {
    var whyNot = sender.readiness().whyNot();
    return config.auth() == GatewayConfig.Auth.NONE
        ? whyNot
        : whyNot.or(ring::whyNot).or(audit::whyNot);
  }

  /** Starts to serve, also while Kafka cannot be reached: requests then get a 503. */
  public static Gateway start(GatewayConfig config) {
    return new Gateway(config);
  }

  @Override
  public String address() {
    return "http://" + config.http().host() + ":" + http.port();
  }

  @Override
  public void awaitFailure() throws InterruptedException {
    http.awaitFailure();
  }

  /**
   * What waits for a run is told how it stands now; streams end, so that their callers go on
   * elsewhere; what was sent to Kafka is answered.
   */
  @Override
  public void close() {
    catalogs.endWaits();
    events.endStreams();
    http.close();
    events.close();
    sender.close();
    ring.close();
    audit.close();
    catalogs.close();
  }
}
