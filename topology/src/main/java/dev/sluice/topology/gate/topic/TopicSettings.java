package dev.sluice.topology.gate.topic;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.schemas.topic.CatalogueConfig;
import dev.sluice.schemas.topic.TopicAdmin;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.TopicSpec;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.v1.TopicState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * The topic settings that affect the gate's decisions.
 *
 * @param limits the largest batch that each topic takes, in bytes, by name without prefix
 * @param problems settings with which records would be lost or misdated, each with what helps
 */
public record TopicSettings(Map<String, Long> limits, List<String> problems) {
  /** What the catalogue has, where nothing else is known. */
  static final TopicSettings AS_CREATED = new TopicSettings(Map.of(), List.of());

  private static final Set<String> USERS =
      Set.of(Topics.RUNS, Topics.SUBMISSIONS, Topics.COMMANDS, Topics.TENANTS);

  /** Names the changelogs together: the least of theirs. */
  public static final String CHANGELOGS = "changelogs";

  /** More than the catalogue has topics. */
  private static final int MOST = 100 + 2 * Bounds.POOLS;

  public TopicSettings {
    if (limits.size() > MOST || problems.size() > 2 * MOST) {
      throw new IllegalArgumentException(
          "topic settings must be of at most %d topics, got %d limits and %d problems"
              .formatted(MOST, limits.size(), problems.size()));
    }
    for (var limit : limits.entrySet()) {
      if (limit.getKey().length() > Bounds.NAME_CHARS || limit.getValue() < 0) {
        throw new IllegalArgumentException(
            "no limit of a topic: " + Texts.atMost(Bounds.REASON_CHARS, limit.toString()));
      }
    }
    limits = Map.copyOf(limits);
    problems = problems.stream().map(one -> Texts.atMost(Bounds.REASON_CHARS, one)).toList();
  }

  public static TopicSettings of(TopicState state) {
    return new TopicSettings(state.getLimits(), state.getProblems());
  }

  public static TopicSettings of(GateEvent.TopicsChanged changed) {
    return new TopicSettings(changed.limits(), changed.problems());
  }

  public TopicState record() {
    return new TopicState(new TreeMap<>(limits), problems);
  }

  /** The limit of a topic, or {@code fallback} if it is not known. */
  long limit(String topic, long fallback) {
    return limits.getOrDefault(topic, fallback);
  }

  public boolean mayDispatch() {
    return problems.isEmpty();
  }

  public GateEvent event() {
    return new GateEvent.TopicsChanged(limits, problems, text());
  }

  /** One line, the same for the same settings; empty where all is as it was made. */
  public String text() {
    var low = new TreeMap<>(limits);
    low.entrySet().removeIf(limit -> limit.getValue() >= usualBytes(limit.getKey()));
    var parts = new ArrayList<String>();
    if (!low.isEmpty()) {
      parts.add("max.message.bytes is lower: " + low);
    }
    if (!problems.isEmpty()) {
      parts.add("nothing is dispatched: " + String.join("; ", problems));
    }
    return parts.isEmpty()
        ? ""
        : Texts.atMost(Bounds.REASON_CHARS, "topic settings: " + String.join("; ", parts));
  }

  /** What a topic was made with, by name without prefix. */
  static int usualBytes(String topic) {
    return USERS.contains(topic) ? Bounds.USER_RECORD_BYTES : Bounds.INTERNAL_RECORD_BYTES;
  }

  /**
   * Reads them.
   *
   * @param pools those that there are
   * @throws KafkaException if the broker does not tell
   */
  public static TopicSettings read(Admin admin, GateConfig config, Set<String> pools) {
    var catalogue =
        new TopicCatalogue(
            new CatalogueConfig(config.prefix(), 1, 1, (short) 1, List.copyOf(pools)));
    var specs = new HashMap<String, TopicSpec>();
    catalogue.topics().forEach(spec -> specs.put(spec.name(), spec));
    List.of(Topics.OUTPUTS, Topics.KEYS, Topics.AUDIT)
        .forEach(others -> specs.remove(config.prefix() + others));
    if (!config.completionsJson()) {
      specs.remove(config.prefix() + Topics.COMPLETIONS_JSON);
    }
    var limits = new HashMap<String, Long>();
    var problems = new ArrayList<String>();
    TopicAdmin.configs(admin, specs.keySet())
        .forEach(
            (topic, settings) -> {
              limits.put(topic.substring(config.prefix().length()), limit(settings));
              problems.addAll(TopicProblems.of(Objects.requireNonNull(specs.get(topic)), settings));
            });
    changelogs(admin, config)
        .values()
        .forEach(settings -> limits.merge(CHANGELOGS, limit(settings), Math::min));
    return new TopicSettings(limits, problems.stream().sorted().toList());
  }

  private static long limit(Map<String, String> settings) {
    return Long.parseLong(settings.getOrDefault(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "0"));
  }

  /** Where nobody may look, they are as they were made. */
  private static Map<String, Map<String, String>> changelogs(Admin admin, GateConfig config) {
    try {
      return TopicAdmin.configs(admin, GateTopics.changelogs(config).names(admin));
    } catch (KafkaException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Map.of();
      }
      throw e;
    }
  }
}
