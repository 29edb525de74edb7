package dev.sluice.topology.gate.outbound;

import dev.sluice.admission.port.EnvironmentException;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.store.StateReader;
import dev.sluice.topology.gate.store.StateWriter;
import dev.sluice.topology.gate.topic.TopicSettings;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;

/**
 * Refuses a record that is too large for its topic before it is sent: once sent, it would abort the
 * transaction and with it the records of other runs. A refused turn costs only its own run.
 */
public final class SizeLimits {
  /** What comes to a key and a value on their way: the batch, the record, lengths. */
  private static final int FRAMING_BYTES = 128;

  /** A topic that takes less than this keeps the gate from saying what it decides. */
  private static final int LEAST_BYTES = 1024;

  private static final int LEAST_OF_OUTPUTS_BYTES = 16 * 1024;
  private static final Set<String> OUTPUTS =
      Set.of(Topics.COMPLETIONS, Topics.DECISIONS, Topics.DEAD_LETTERS, Topics.CONTROL);

  private final String prefix;
  private Map<String, Long> limits = Map.of();

  public SizeLimits(String prefix) {
    this.prefix = prefix;
  }

  public void set(Map<String, Long> next) {
    limits = Map.copyOf(next);
  }

  /** How much of a record a dead letter may keep, in bytes. */
  int keptBytes() {
    long limit = limits.getOrDefault(Topics.DEAD_LETTERS, Long.MAX_VALUE);
    long room = (limit - LEAST_OF_OUTPUTS_BYTES) / 2; // for a key and a value
    return Math.clamp(room, 0, StateReader.MAX_KEPT_BYTES);
  }

  /** The largest entry of a store. */
  public int entryBytes() {
    long limit = limits.getOrDefault(TopicSettings.CHANGELOGS, Long.MAX_VALUE);
    return Math.clamp(limit - 4 * 1024, 0, StateWriter.MAX_ENTRY_BYTES);
  }

  /**
   * Lets a record pass that its topic takes.
   *
   * @throws EnvironmentException if the topic takes next to nothing: the gate waits until it does
   * @throws IllegalStateException if it is this record that is too large
   */
  public void check(Outgoing record, Headers headers) {
    var topic = record.topic().substring(prefix.length());
    var limit = limits.get(topic);
    long bytes = bytes(record, headers);
    if (limit == null || bytes <= limit) {
      return;
    }
    var sentence =
        "%s takes at most %d bytes (%s), this record has %d"
            .formatted(record.topic(), limit, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytes);
    int least = OUTPUTS.contains(topic) ? LEAST_OF_OUTPUTS_BYTES : LEAST_BYTES;
    if (limit < least) {
      throw new EnvironmentException(
          "a topic takes next to nothing", new RecordTooLargeException(sentence));
    }
    throw new IllegalStateException(sentence);
  }

  /** Whether its topic takes the record. */
  boolean takes(Outgoing record, Headers headers) {
    var limit = limits.get(record.topic().substring(prefix.length()));
    return limit == null || bytes(record, headers) <= limit;
  }

  private static long bytes(Outgoing record, Headers headers) {
    long bytes = FRAMING_BYTES;
    bytes += record.key() == null ? 0 : record.key().length;
    bytes += record.value() == null ? 0 : record.value().length;
    for (var header : headers) {
      bytes += header.key().length() + (header.value() == null ? 0 : header.value().length) + 8;
    }
    return bytes;
  }
}
