package dev.sluice.runner.io;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.reading.BoundedConsumer;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The Kafka clients of a worker, each set up for what it does. Open to a test that builds a worker
 * which breaks the rules.
 */
public class Clients {
  private static final QuietLog LOG = QuietLog.of(Clients.class);
  private static final int MAX_REQUEST_BYTES = 5 * 1024 * 1024;
  private static final int MARKERS_WAIT_MS = 5;
  private static final int REPLAY_FETCH_BYTES = 64 * 1024;

  /** What Kafka takes for a static member's id; a worker's may also have colons, or be dots. */
  private static final Pattern MEMBER_ID = Pattern.compile("[A-Za-z0-9._-]*[A-Za-z0-9_-]");

  private final Map<String, String> kafka;

  /**
   * @param kafka what every client is made with
   */
  public Clients(Map<String, String> kafka) {
    this.kafka = Map.copyOf(kafka);
  }

  private Map<String, Object> base() {
    return new HashMap<>(kafka);
  }

  /**
   * For heartbeats and journals: a record is on its way at once, or with all others that come while
   * a request is under way, and is given up within the TTL.
   */
  public KafkaProducer<byte[], byte[]> producer(int deliveryTimeoutMs) {
    var settings = base();
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // A broker takes one request of a connection at a time: a second one would only wait there.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryTimeoutMs);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, deliveryTimeoutMs / 2);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, deliveryTimeoutMs);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public KafkaProducer<byte[], byte[]> claimProducer(String transactionalId) {
    var settings = base();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    // A claim that comes before the markers of the last are written is refused for the time being;
    // the default would then wait for 100 ms.
    settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, MARKERS_WAIT_MS);
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * The pool's group knows the worker by its id, so that its next incarnation takes its partitions
   * over at once, not when the dead one's session ends.
   */
  public Consumer<byte[], byte[]> dispatchConsumer(String group, String worker) {
    var settings = base();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    if (MEMBER_ID.matcher(worker).matches()) {
      settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, worker);
    }
    settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
    settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 15_000);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return consumer(settings);
  }

  /** Without a group; small fetches, so that a seek does not bring what nobody asked for. */
  public Consumer<byte[], byte[]> replayConsumer() {
    var settings = base();
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, REPLAY_FETCH_BYTES);
    // What is asked for is there; a fetch that waited for more would hold up the next seek.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 1);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return consumer(settings);
  }

  public Consumer<byte[], byte[]> controlConsumer() {
    var settings = base();
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    return consumer(settings);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new BoundedConsumer(
        settings,
        (partition, offset, why) ->
            LOG.error("The record of {} at {} is skipped: {}", partition, offset, why));
  }
}
