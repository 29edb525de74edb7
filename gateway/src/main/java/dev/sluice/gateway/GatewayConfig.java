package dev.sluice.gateway;

import dev.sluice.gateway.access.OidcConfig;
import dev.sluice.gateway.events.StreamLimits;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.schemas.process.HttpSettings;
import dev.sluice.schemas.process.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway is told.
 *
 * @param kafka what every Kafka client is made with, {@code bootstrap.servers} among it
 * @param serdes what serdes are made with
 * @param catalogs where reads go, tried in order
 * @param answerWithin longest time Kafka may take to acknowledge before the answer is 503
 * @param catalogWithin longest time all catalogs together may take for an answer before it is 503
 * @param submitsPerSecond of a tenant through this gateway; 0 for no bound
 * @param waits requests of a tenant that wait at once; 0 for no bound
 * @param catalogToken shown to the catalogs; empty for none
 * @param auth how callers are recognised
 * @param oidc whose tokens are taken besides keys; null for nobody's
 * @param streams bounds on streams of events
 * @param http where it listens and for whom
 */
public record GatewayConfig(
    Map<String, String> kafka,
    Map<String, String> serdes,
    String prefix,
    List<URI> catalogs,
    Duration answerWithin,
    Duration catalogWithin,
    int submitsPerSecond,
    int waits,
    String catalogToken,
    Auth auth,
    @Nullable OidcConfig oidc,
    StreamLimits streams,
    HttpConfig http) {
  private static final int MANY = 1_000_000;
  private static final int STREAMS = 100_000;
  private static final int FITTING_STREAMS = 5_000;

  /** How callers are recognised. */
  public enum Auth {
    /** By API keys. */
    KEYS,
    /** Not at all: everybody may do everything. */
    NONE
  }

  /**
   * Reads the settings of docs/settings.md.
   *
   * @param insecure whether it may listen on other interfaces than the loopback although {@code
   *     http.auth} is none
   * @throws dev.sluice.schemas.process.SettingsException naming every key that is missing or wrong
   */
  public static GatewayConfig from(Map<String, String> values, boolean insecure) {
    var read = new Settings(values);
    var auth = auth(read);
    var http = HttpSettings.data(read, "gateway", 8080, insecure || auth != Auth.NONE);
    var config =
        new GatewayConfig(
            read.kafka(),
            read.serdes(),
            read.text("topic.prefix", ""),
            read.list("catalogs", List.of("http://127.0.0.1:8083")).stream()
                .map(url -> address(url, read))
                .toList(),
            read.millis("answer.within.ms", Duration.ofMillis(900), Duration.ofMillis(100)),
            read.millis("catalog.within.ms", Duration.ofMillis(1_500), Duration.ofMillis(100)),
            read.integer("tenant.submits.per.second", 0, 0, MANY),
            read.integer("tenant.waits", 2_500, 0, MANY),
            HttpSettings.token(read, "catalog.token", read.text("catalog.token", "")),
            auth,
            oidc(read),
            streams(read, http.limits().connections()),
            http);
    read.failOnProblems();
    return config;
  }

  /** Each stream takes a connection, and other requests need some too. */
  private static StreamLimits streams(Settings read, int connections) {
    int fitting = Math.clamp(connections / 2, 1, FITTING_STREAMS);
    int most = read.integer("streams.max", fitting, 1, STREAMS);
    return new StreamLimits(
        most,
        read.integer("streams.max.per.tenant", Math.max(1, most / 2), 1, STREAMS),
        read.millis("streams.heartbeat.ms", Duration.ofSeconds(10), Duration.ofMillis(100)),
        read.millis("streams.longest.ms", Duration.ofHours(1), Duration.ofSeconds(1)));
  }

  /** All of them are read, so that each is known. */
  private static @Nullable OidcConfig oidc(Settings read) {
    var issuer = read.text("oidc.issuer", "");
    var audience = read.text("oidc.audience", "");
    var keys = read.text("oidc.jwks", "");
    var algorithms = read.list("oidc.algorithms", List.of("RS256", "ES256"));
    var tenantClaim = read.text("oidc.tenant.claim", "sluice-tenant");
    var rolesClaim = read.text("oidc.roles.claim", "sluice-roles");
    var refresh = read.millis("oidc.refresh.ms", OidcConfig.REFRESH, Duration.ofMillis(100));
    OidcConfig.refreshProblem(refresh).ifPresent(it -> read.problem("oidc.refresh.ms: " + it));
    if (issuer.isEmpty()) {
      return null;
    }
    if (audience.isEmpty()) {
      read.problem("oidc.audience: is missing; without it, tokens for other services were taken");
    }
    OidcConfig.algorithmsProblem(algorithms)
        .ifPresent(it -> read.problem("oidc.algorithms: " + it));
    var place = place(keys, read);
    return new OidcConfig(
        issuer, audience, place, Set.copyOf(algorithms), tenantClaim, rolesClaim, refresh);
  }

  private static URI place(String keys, Settings read) {
    try {
      var place = URI.create(keys);
      OidcConfig.keysProblem(place).ifPresent(it -> read.problem("oidc.jwks: " + it));
      return place;
    } catch (IllegalArgumentException notAnAddress) {
      read.problem("oidc.jwks: must be an https address, or file:/path");
      return URI.create("file:/");
    }
  }

  private static Auth auth(Settings read) {
    var text = read.text("http.auth", "keys");
    return switch (text) {
      case "keys" -> Auth.KEYS;
      case "none" -> Auth.NONE;
      default -> {
        read.problem("http.auth: must be keys or none, got " + text);
        yield Auth.KEYS;
      }
    };
  }

  private static URI address(String url, Settings read) {
    try {
      var uri = URI.create(url);
      if (uri.getHost() != null && uri.getRawUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException notAnAddress) {
      // told below
    }
    // Not what was given: it may hold a password.
    read.problem("catalogs: must be http://host:port addresses, separated by commas");
    return URI.create("http://127.0.0.1");
  }

  /** Without what may be a secret. */
  @Override
  public String toString() {
    return "GatewayConfig[" + http.host() + ":" + http.port() + ", " + auth + "]";
  }
}
