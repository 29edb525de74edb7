package dev.sluice.topology.catalog;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.route.Guard;
import dev.sluice.http.route.SharedToken;
import dev.sluice.schemas.process.HttpSettings;
import dev.sluice.schemas.process.Settings;
import dev.sluice.schemas.process.StateFolder;
import dev.sluice.topology.catalog.intake.Keeping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Configuration of a catalog instance.
 *
 * @param kafka what every Kafka client is made with, {@code bootstrap.servers} among it
 * @param serdes what serdes are made with
 * @param instance its name: each instance reads everything and keeps its own state
 * @param keepEnded how long the journal and the state of an ended run are kept
 * @param keepDead the same for runs that ended as DEAD
 * @param token what gateways must show; empty for nothing
 * @param http where it listens and for whom
 */
public record CatalogConfig(
    Map<String, String> kafka,
    Map<String, String> serdes,
    String prefix,
    String instance,
    Path stateDir,
    Duration keepEnded,
    Duration keepDead,
    String token,
    HttpConfig http) {
  /**
   * Reads the settings of docs/settings.md.
   *
   * @param insecure whether it may listen on other interfaces than the loopback without a token
   * @throws dev.sluice.schemas.process.SettingsException naming every key that is missing or wrong
   */
  public static CatalogConfig from(Map<String, String> values, boolean insecure) {
    var read = new Settings(values);
    var token = HttpSettings.token(read, "catalog.token", read.text("catalog.token", ""));
    var config =
        new CatalogConfig(
            read.kafka(),
            read.serdes(),
            read.text("topic.prefix", ""),
            read.text("instance", "0"),
            StateFolder.of(read, "state.dir", "catalog"),
            read.millis("keep.ended.ms", Duration.ofDays(7), Duration.ofMinutes(1)),
            read.millis("keep.dead.ms", Duration.ofDays(30), Duration.ofMinutes(1)),
            token,
            HttpSettings.data(read, "catalog", 0, insecure || !token.isEmpty()));
    read.failOnProblems();
    return config;
  }

  /** The same, but what has ended is kept for another time. */
  public CatalogConfig withKeepEnded(Duration other) {
    return new CatalogConfig(
        kafka, serdes, prefix, instance, stateDir, other, keepDead, token, http);
  }

  /** Lets gateways in, or everybody if there is no token. */
  Guard guard() {
    return token.isEmpty() ? Guard.OPEN : new SharedToken(token);
  }

  /** Without what may be a secret. */
  @Override
  public String toString() {
    return "CatalogConfig[" + instance + "]";
  }

  Keeping keeping() {
    return new Keeping(keepEnded, keepDead);
  }

  String applicationId() {
    return prefix + "sluice-catalog-" + instance;
  }
}
