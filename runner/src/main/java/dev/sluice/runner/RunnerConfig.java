package dev.sluice.runner;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.GateValue;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.runner.trace.TraceConfig;
import dev.sluice.schemas.process.HttpSettings;
import dev.sluice.schemas.process.Settings;
import dev.sluice.schemas.process.StateFolder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a runner is told.
 *
 * @param kafka what every Kafka client is made with, {@code bootstrap.servers} among it
 * @param serdes what serdes are made with
 * @param pools whose runs it takes
 * @param slots runs that it executes at once
 * @param workerId its name; null for one of the host's name, the folder and the lowest free number
 * @param dataDir where the lock on the name lies; on a local file system
 * @param leaseTtl the gate's, used until the first dispatch tells it
 * @param tick the gate's: the runner stops its runs two ticks before their leases can end
 * @param heartbeat how often it says that it lives, at most
 * @param drainTimeout how long runs may take to yield when it is told to stop
 * @param http where the probes are
 * @param traces whether and where it exports traces
 */
public record RunnerConfig(
    Map<String, String> kafka,
    Map<String, String> serdes,
    String prefix,
    List<String> pools,
    int slots,
    @Nullable String workerId,
    Path dataDir,
    Duration leaseTtl,
    Duration tick,
    Duration heartbeat,
    Duration drainTimeout,
    HttpConfig http,
    TraceConfig traces) {
  static final int DEFAULT_SLOTS = 16;

  /** Collects what a runner is told; what is not said has the default of docs/settings.md. */
  public static Builder builder() {
    return new Builder();
  }

  /** A setting by name where the settings have a key. */
  public static final class Builder {
    private final Map<String, String> settings = new HashMap<>();

    private Builder() {}

    /** A setting of docs/settings.md, such as {@code heartbeat.ms}. */
    public Builder set(String key, String value) {
      settings.put(key, value);
      return this;
    }

    /** Where Kafka is. Required, with {@link #schemaRegistry}. */
    public Builder bootstrapServers(String servers) {
      return set("bootstrap.servers", servers);
    }

    public Builder schemaRegistry(URI url) {
      return set("schema.registry.url", url.toString());
    }

    /** A setting of every Kafka client, such as {@code security.protocol}. */
    public Builder kafka(String key, String value) {
      return set("kafka." + key, value);
    }

    public Builder topicPrefix(String prefix) {
      return set("topic.prefix", prefix);
    }

    /** Whose runs it takes. */
    public Builder pools(String... names) {
      return set("pools", String.join(",", names));
    }

    /** Runs that it executes at once. */
    public Builder slots(int count) {
      return set("slots", Integer.toString(count));
    }

    /** Its name, which no other runner may have at the same time. */
    public Builder workerId(String name) {
      return set("worker.id", name);
    }

    /** Where the lock on the name lies; on a local file system. */
    public Builder dataDir(Path folder) {
      return set("data.dir", folder.toString());
    }

    /** How often it says that it lives, at most. */
    public Builder heartbeat(Duration every) {
      return set("heartbeat.ms", Long.toString(every.toMillis()));
    }

    /** A setting of the serdes, such as {@code sluice.serializer.class}. */
    public Builder serde(String key, String value) {
      return set("serde." + key, value);
    }

    /** How long runs may take to yield when it is told to stop. */
    public Builder drainTimeout(Duration atMost) {
      return set("drain.timeout.ms", Long.toString(atMost.toMillis()));
    }

    /**
     * Checks all of it at once.
     *
     * @throws dev.sluice.schemas.process.SettingsException naming every key that is missing or
     *     wrong
     */
    public RunnerConfig build() {
      return from(settings);
    }
  }

  /**
   * Reads the settings of docs/settings.md.
   *
   * @throws dev.sluice.schemas.process.SettingsException naming every key that is missing or wrong
   */
  public static RunnerConfig from(Map<String, String> values) {
    var read = new Settings(values);
    var worker = read.text("worker.id", "");
    var config =
        new RunnerConfig(
            read.kafka(),
            read.serdes(),
            read.text("topic.prefix", ""),
            read.list("pools", List.of("default")),
            read.integer("slots", DEFAULT_SLOTS, 1, Bounds.SLOTS),
            worker.isEmpty() ? null : worker,
            StateFolder.of(read, "data.dir", "runners"),
            read.millis(
                "lease.ttl.ms",
                Duration.ofSeconds(30),
                Duration.ofMillis(GateValue.LEASE_TTL.least())),
            read.millis("tick.ms", Duration.ofSeconds(1), Duration.ofMillis(100)),
            read.millis("heartbeat.ms", Duration.ofSeconds(2), Duration.ofMillis(50)),
            read.millis("drain.timeout.ms", Duration.ofSeconds(30), Duration.ZERO),
            HttpSettings.probes(read, "runner"),
            TraceConfig.from(read));
    if (!worker.isEmpty() && Names.workerProblem(worker).isPresent()) {
      read.problem("worker.id: must be 1 to 100 of [A-Za-z0-9._:-], got " + Texts.quoted(worker));
    }
    read.failOnProblems();
    return config;
  }
}
