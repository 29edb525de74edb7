package dev.sluice.schemas.reading;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;

/**
 * A consumer whose polls are bounded in bytes, however well its topics' batches are compressed. It
 * skips and reports records larger than any valid one.
 */
public class BoundedConsumer extends KafkaConsumer<byte[], byte[]> {
  /** What the broker may send at once; a batch that is larger comes alone. */
  private static final int FETCH_BYTES = 16 * 1024 * 1024;

  /** Is told what is skipped. */
  public interface Skipped {
    /**
     * A record is not handed out.
     *
     * @param why what is wrong with it
     */
    void tell(TopicPartition partition, long offset, String why);
  }

  private final BoundedBytes bytes;
  private final Skipped skipped;

  /** A consumer with these settings, its fetches bounded where they do not say otherwise. */
  public BoundedConsumer(Map<String, ?> settings, Skipped skipped) {
    this(settings, skipped, new BoundedBytes());
  }

  private BoundedConsumer(Map<String, ?> settings, Skipped skipped, BoundedBytes bytes) {
    super(bounded(settings), bytes, bytes);
    this.bytes = bytes;
    this.skipped = skipped;
  }

  private static Map<String, Object> bounded(Map<String, ?> settings) {
    var all = new HashMap<String, Object>(settings);
    all.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    return all;
  }

  /** Polls; may be empty where a record was skipped. */
  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    bytes.beginPoll();
    try {
      return super.poll(timeout);
    } catch (RecordDeserializationException e) {
      if (e.getCause() instanceof BoundedBytes.PollFull) {
        return ConsumerRecords.empty();
      }
      if (!(e.getCause() instanceof BoundedBytes.TooLarge)) {
        throw e;
      }
      skipped.tell(e.topicPartition(), e.offset(), String.valueOf(e.getCause().getMessage()));
      seek(e.topicPartition(), e.offset() + 1);
      return ConsumerRecords.empty();
    }
  }

  /** Whether the last poll left something for the next one. */
  boolean isFull() {
    return bytes.isFull();
  }
}
