package dev.sluice.gateway;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.schemas.process.HttpSettings;
import dev.sluice.schemas.process.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the gateway is told.
 *
 * @param kafka what every Kafka client is made with, {@code bootstrap.servers} among it
 * @param serdes what serdes are made with
 * @param catalogs where reads go, tried in order
 * @param answerWithin longest time Kafka may take to acknowledge before the answer is 503
 * @param catalogWithin longest time all catalogs together may take for an answer before it is 503
 * @param catalogToken shown to the catalogs; empty for none
 * @param auth how callers are recognised
 * @param http where it listens and for whom
 */
public record GatewayConfig(
    Map<String, String> kafka,
    Map<String, String> serdes,
    String prefix,
    List<URI> catalogs,
    Duration answerWithin,
    Duration catalogWithin,
    String catalogToken,
    Auth auth,
    HttpConfig http) {
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
            HttpSettings.token(read, "catalog.token", read.text("catalog.token", "")),
            auth,
            HttpSettings.data(read, "gateway", 8080, insecure || auth != Auth.NONE));
    read.failOnProblems();
    return config;
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
