package dev.sluice.topology.gate.topic;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The topic settings in force for each partition's decisions: those known when its task started,
 * then those on its {@code progress}.
 */
public final class TopicsInForce {
  private final Map<Integer, TopicSettings> ofTasks = new ConcurrentHashMap<>();
  private volatile TopicSettings known = TopicSettings.AS_CREATED;

  /** Takes what was read last. */
  public void know(TopicSettings settings) {
    known = settings;
  }

  /** A task starts; gives what it goes by. */
  public TopicSettings start(int partition) {
    var settings = known;
    ofTasks.put(partition, settings);
    return settings;
  }

  /** A task has read that other ones hold; whoever wrote that may have been mistaken. */
  public void change(int partition, TopicSettings settings) {
    ofTasks.replace(partition, settings);
  }

  public void stop(int partition) {
    ofTasks.remove(partition);
  }

  /** Whether the partition goes by others than {@code settings}, and has to be told. */
  boolean isNews(int partition, TopicSettings settings) {
    var before = ofTasks.get(partition);
    return before != null && !before.equals(settings);
  }
}
