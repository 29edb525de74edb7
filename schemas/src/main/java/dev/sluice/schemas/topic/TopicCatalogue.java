package dev.sluice.schemas.topic;

import dev.sluice.contract.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** Every topic with its key, partitions, clean-up, timestamps, sizes and retention. */
public final class TopicCatalogue {
  private static final int MIN_REPLICAS_FOR_TWO_IN_SYNC = 3;

  /** Of a partition of outputs. */
  private static final long OUTPUT_BYTES = 1024L * 1024 * 1024;

  private final CatalogueConfig config;
  private final List<TopicSpec> topics;

  public TopicCatalogue(CatalogueConfig config) {
    this.config = config;
    this.topics = List.copyOf(describe());
  }

  public CatalogueConfig config() {
    return config;
  }

  public List<TopicSpec> topics() {
    return topics;
  }

  /** The name on the broker of {@code topic}, one of {@link Topics}. */
  public String name(String topic) {
    return config.prefix() + topic;
  }

  /**
   * The topic of this name without prefix.
   *
   * @throws IllegalArgumentException if there is none
   */
  public TopicSpec spec(String topic) {
    return topics.stream()
        .filter(spec -> spec.name().equals(name(topic)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no topic " + topic + " in the catalogue"));
  }

  private List<TopicSpec> describe() {
    int gate = config.gatePartitions();
    var week = deletedAfter(Duration.ofDays(7));
    var month = deletedAfter(Duration.ofDays(30));
    var day = deletedAfter(Duration.ofDays(1));
    var all = new ArrayList<TopicSpec>();
    all.add(topic(Topics.RUNS, "tenant", gate, user(appended(week))));
    all.add(topic(Topics.SUBMISSIONS, "tenant", gate, user(appended(week))));
    all.add(topic(Topics.TENANTS, "tenant", gate, user(appended(compacted()))));
    all.add(topic(Topics.SETTINGS, "kind/name", gate, internal(appended(compacted()))));
    all.add(topic(Topics.COMMANDS, "tenant", gate, user(appended(week))));
    all.add(topic(Topics.CLAIMS, "tenant", gate, internal(appended(week))));
    all.add(topic(Topics.PROGRESS, "sender", gate, internal(appended(day))));
    all.add(topic(Topics.JOURNAL, "tenant/run/epoch/incarnation/seq", gate, journal()));
    all.add(topic(Topics.COMPLETIONS, "tenant", gate, internal(month)));
    all.add(topic(Topics.COMPLETIONS_JSON, "tenant", gate, internal(month)));
    all.add(topic(Topics.DECISIONS, "tenant", gate, internal(week)));
    all.add(topic(Topics.DEAD_LETTERS, "tenant", gate, internal(month)));
    all.add(topic(Topics.LOOKUPS, "as it came", gate, internal(appended(week))));
    all.add(topic(Topics.CONTROL, "worker", 1, internal(deletedAfter(Duration.ofHours(1)))));
    all.add(topic(Topics.OUTPUTS, "run", gate, internal(appended(outputs(day)))));
    all.add(topic(Topics.KEYS, "key id", 1, internal(appended(compacted()))));
    all.add(topic(Topics.AUDIT, "tenant", gate, internal(appended(audited()))));
    for (var pool : config.pools()) {
      var name = Topics.dispatch(pool);
      all.add(topic(name, "run", config.dispatchPartitions(), internal(appended(day))));
    }
    return all;
  }

  private TopicSpec topic(String name, String key, int partitions, Map<String, String> configs) {
    var inSync = config.replicationFactor() >= MIN_REPLICAS_FOR_TWO_IN_SYNC ? "2" : "1";
    var all = with(configs, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, inSync);
    return new TopicSpec(name(name), key, partitions, config.replicationFactor(), all);
  }

  private static Map<String, String> deletedAfter(Duration retention) {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_DELETE,
        TopicConfig.RETENTION_MS_CONFIG,
        Long.toString(retention.toMillis()));
  }

  private static Map<String, String> audited() {
    return deletedAfter(Duration.ofDays(90));
  }

  private static Map<String, String> compacted() {
    return Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
  }

  private static Map<String, String> journal() {
    var configs = new HashMap<>(internal(appended(compacted())));
    configs.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofHours(1).toMillis()));
    configs.put(
        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(Duration.ofDays(1).toMillis()));
    return configs;
  }

  /** Whatever agents emit, a partition does not outgrow its disk. */
  private static Map<String, String> outputs(Map<String, String> configs) {
    var bounded = with(configs, TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(OUTPUT_BYTES));
    return with(bounded, TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(OUTPUT_BYTES / 16));
  }

  /** The gate's inputs carry the broker's time: no client's clock decides anything. */
  private static Map<String, String> appended(Map<String, String> configs) {
    return with(configs, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
  }

  private static Map<String, String> user(Map<String, String> configs) {
    return with(
        configs, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Bounds.USER_RECORD_BYTES));
  }

  private static Map<String, String> internal(Map<String, String> configs) {
    return with(
        configs,
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        Integer.toString(Bounds.INTERNAL_RECORD_BYTES));
  }

  private static Map<String, String> with(Map<String, String> configs, String name, String value) {
    var more = new HashMap<>(configs);
    more.put(name, value);
    return more;
  }
}
