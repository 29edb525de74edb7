package dev.sluice.gateway.events;

import org.apache.kafka.common.TopicPartition;

/** How far a stream has come in one topic while it is behind. For one reader at a time. */
final class Cursor {
  /** From whatever is written next. */
  static final long NOW = -1;

  /** From a time that has to be looked up. */
  static final long SINCE = -2;

  final Feed feed;
  final Source source;
  final TopicPartition partition;
  final long sinceMs;
  private long next;
  private long target;

  private Cursor(Feed feed, Source source, TopicPartition partition, long next, long sinceMs) {
    this.feed = feed;
    this.source = source;
    this.partition = partition;
    this.next = next;
    this.sinceMs = sinceMs;
  }

  /** From an offset, or {@link #NOW}. */
  static Cursor at(Feed feed, Source source, TopicPartition partition, long next) {
    return new Cursor(feed, source, partition, next, 0);
  }

  /** From the first record that was appended then or later, in milliseconds since the epoch. */
  static Cursor since(Feed feed, Source source, TopicPartition partition, long ms) {
    return new Cursor(feed, source, partition, SINCE, ms);
  }

  long next() {
    return next;
  }

  void moveTo(long offset) {
    next = offset;
  }

  /** The stream is told so far by whoever reads what was written before. */
  void mustReach(long offset) {
    target = offset;
  }

  boolean isThere() {
    return next >= target;
  }

  long target() {
    return target;
  }
}
