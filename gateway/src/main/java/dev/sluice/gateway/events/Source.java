package dev.sluice.gateway.events;

import dev.sluice.schemas.topic.Topics;

/** The topics that streams are made of. In each, a tenant's records are in the same partition. */
enum Source {
  OUTPUTS(Topics.OUTPUTS),
  DECISIONS(Topics.DECISIONS),
  COMPLETIONS(Topics.COMPLETIONS);

  private final String topic;

  Source(String topic) {
    this.topic = topic;
  }

  /** Without the prefix. */
  String topic() {
    return topic;
  }
}
