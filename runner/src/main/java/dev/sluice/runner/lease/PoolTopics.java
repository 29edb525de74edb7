package dev.sluice.runner.lease;

import dev.sluice.schemas.topic.Topics;

/** What belongs to one pool in Kafka, by name. */
public record PoolTopics(String prefix, String pool) {
  String dispatches() {
    return prefix + Topics.dispatch(pool);
  }

  String claims() {
    return prefix + Topics.CLAIMS;
  }

  /** The consumer group of the pool's workers. */
  public String group() {
    return prefix + "runners." + pool;
  }

  String transactionalId(String worker) {
    return prefix + "claims." + worker + "." + pool;
  }
}
