package dev.sluice.runner;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.GateValue;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.schemas.process.HttpSettings;
import dev.sluice.schemas.process.Settings;
import dev.sluice.schemas.process.StateFolder;
import java.nio.file.Path;
import java.time.Duration;
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
    HttpConfig http) {
  static final int DEFAULT_SLOTS = 16;

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
            HttpSettings.probes(read, "runner"));
    if (!worker.isEmpty() && Names.workerProblem(worker).isPresent()) {
      read.problem("worker.id: must be 1 to 100 of [A-Za-z0-9._:-], got " + Texts.quoted(worker));
    }
    read.failOnProblems();
    return config;
  }
}
