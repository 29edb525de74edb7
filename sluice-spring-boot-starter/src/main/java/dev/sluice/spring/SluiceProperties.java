package dev.sluice.spring;

import dev.sluice.runner.RunnerConfig;
import dev.sluice.schemas.process.SettingsException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code sluice.*} of an application.
 *
 * @param enabled whether its agents are executed here
 * @param bootstrapServers where Kafka is; required
 * @param schemaRegistry where the registry is; required
 * @param topicPrefix what the topics' names begin with
 * @param pools whose runs it takes
 * @param slots runs that it executes at once
 * @param workerId its name, which no other runner may have at the same time
 * @param dataDir where the lock on the name lies; on a local file system
 * @param drainTimeout how long runs may take to yield when the application stops
 * @param haltIfStuck whether the JVM is halted when code of a run does not stop though its lease
 *     may be over; otherwise another worker may execute the run at the same time
 * @param kafka settings of every Kafka client, such as {@code security.protocol}
 * @param settings all others of docs/settings.md, such as {@code heartbeat.ms}
 */
@ConfigurationProperties("sluice")
public record SluiceProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String bootstrapServers,
    @Nullable URI schemaRegistry,
    @Nullable String topicPrefix,
    @DefaultValue List<String> pools,
    @Nullable Integer slots,
    @Nullable String workerId,
    @Nullable Path dataDir,
    @Nullable Duration drainTimeout,
    @DefaultValue("true") boolean haltIfStuck,
    @DefaultValue Map<String, String> kafka,
    @DefaultValue Map<String, String> settings) {

  /**
   * What a runner is told; what is not said has its default.
   *
   * @throws SettingsException naming all that is missing or wrong
   */
  RunnerConfig runnerConfig() {
    var config = RunnerConfig.builder();
    settings.forEach(config::set);
    kafka.forEach(config::kafka);
    if (bootstrapServers != null) {
      config.bootstrapServers(bootstrapServers);
    }
    if (schemaRegistry != null) {
      config.schemaRegistry(schemaRegistry);
    }
    if (topicPrefix != null) {
      config.topicPrefix(topicPrefix);
    }
    if (!pools.isEmpty()) {
      config.pools(pools.toArray(String[]::new));
    }
    if (slots != null) {
      config.slots(slots);
    }
    if (workerId != null) {
      config.workerId(workerId);
    }
    if (dataDir != null) {
      config.dataDir(dataDir);
    }
    if (drainTimeout != null) {
      config.drainTimeout(drainTimeout);
    }
    return built(config);
  }

  private static RunnerConfig built(RunnerConfig.Builder config) {
    try {
      return config.build();
    } catch (SettingsException e) {
      throw new SettingsException(
          List.of("the properties sluice.* make no runner: " + e.getMessage()));
    }
  }
}
