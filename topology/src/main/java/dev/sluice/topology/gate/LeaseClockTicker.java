package dev.sluice.topology.gate;

import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.schemas.Topics;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.v1.Progress;
import dev.sluice.v1.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Appends a tick to each progress partition whose task runs in this process (rule 1). A tick that
 * is lost or late can only delay an expiry, so nothing is retried for long.
 */
final class LeaseClockTicker implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(LeaseClockTicker.class);

  private final String topic;
  private final Set<Integer> owned;
  private final Serializer<Progress> serializer;
  private final Producer<byte[], byte[]> producer;
  private final String sender = UUID.randomUUID().toString();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("lease-clock").daemon().factory());

  LeaseClockTicker(GateConfig config, SluiceSerdes serdes, Set<Integer> owned) {
    this.topic = config.prefix() + Topics.PROGRESS;
    this.owned = owned;
    this.serializer = serdes.serializer(Progress.class);
    this.producer = new KafkaProducer<>(producerConfig(config));
    long period = config.tick().toMillis();
    timer.scheduleAtFixedRate(this::tick, period, period, TimeUnit.MILLISECONDS);
  }

  private static Map<String, Object> producerConfig(GateConfig config) {
    var settings = new HashMap<String, Object>(config.kafka());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "10000");
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return settings;
  }

  private void tick() {
    try {
      var tick = new Progress(new Tick(sender, TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));
      byte[] value = serializer.serialize(topic, tick);
      for (int partition : owned) {
        producer.send(new ProducerRecord<>(topic, partition, null, value));
      }
    } catch (RuntimeException e) {
      // The next tick makes good for this one: lease time never runs ahead of it.
      LOG.warn("A tick could not be sent", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    producer.close(Duration.ofSeconds(2));
  }
}
