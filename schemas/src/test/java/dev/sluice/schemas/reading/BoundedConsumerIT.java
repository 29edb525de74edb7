package dev.sluice.schemas.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Bounds;
import dev.sluice.embedded.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What compressed batches turn into, mixed with records that are as they should be. */
final class BoundedConsumerIT {
  private static final int RECORDS = 120;
  private static final long MOST_OF_A_POLL = 2L * Bounds.READ_BYTES + 1024 * 1024;
  private static final Duration POLL = Duration.ofMillis(200);

  private final TestBroker broker = TestBroker.shared();

  private Map<String, Object> settings() {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    return settings;
  }

  private KafkaProducer<byte[], byte[]> producer(String codec) {
    var settings = settings();
    settings.put("compression.type", codec);
    settings.put("max.request.size", 1 << 30);
    settings.put("buffer.memory", 1 << 30);
    settings.put("batch.size", 64 * 1024 * 1024);
    settings.put("linger.ms", 50);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Small ones, many that are as large as may be, and now and then one that nobody could hold. */
  private static ProducerRecord<byte[], byte[]> record(String topic, Random random) {
    int kind = random.nextInt(12);
    byte[] value = new byte[kind < 6 ? 10 : kind < 10 ? 1_900_000 : kind < 11 ? 40_000_000 : 1];
    byte[] key = new byte[kind == 10 && random.nextBoolean() ? Bounds.READ_BYTES + 1 : 3];
    var record = new ProducerRecord<>(topic, 0, key, value);
    for (int i = 0; kind == 11 && i <= Bounds.RECORD_HEADERS; i++) {
      record.headers().add("h", new byte[0]);
    }
    return record;
  }

  private static boolean isTooLarge(ProducerRecord<byte[], byte[]> record) {
    return record.value().length > Bounds.READ_BYTES
        || record.key().length > Bounds.READ_BYTES
        || record.headers().toArray().length > Bounds.RECORD_HEADERS;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
  void skipsWhatIsTooLargeAndReadsAllElseInBoundedPolls(String codec) throws Exception {
    var topic = broker.uniquePrefix() + codec;
    try (var admin = Admin.create(settings())) {
      var spec = new NewTopic(topic, 1, (short) 1);
      var sizes = Map.of("max.message.bytes", Integer.toString(16 * 1024 * 1024));
      admin.createTopics(List.of(spec.configs(sizes))).all().get();
    }
    var random = new Random(codec.hashCode());
    var good = new ArrayList<Long>();
    var bad = new ArrayList<Long>();
    try (var producer = producer(codec)) {
      for (long offset = 0; offset < RECORDS; offset++) {
        var record = record(topic, random);
        (isTooLarge(record) ? bad : good).add(offset);
        var sent = producer.send(record);
        if (random.nextInt(10) == 0) {
          sent.get();
        }
      }
    }

    var read = new ArrayList<Long>();
    var skipped = new ArrayList<Long>();
    try (var consumer =
        new BoundedConsumer(settings(), (partition, offset, why) -> skipped.add(offset))) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < RECORDS) {
        long bytes = 0;
        for (var record : consumer.poll(POLL)) {
          bytes += record.value().length + record.key().length;
          read.add(record.offset());
        }
        assertThat(bytes).isLessThanOrEqualTo(MOST_OF_A_POLL);
      }
    }

    assertThat(bad).isNotEmpty();
    assertThat(skipped).isEqualTo(bad);
    assertThat(read).isEqualTo(good);
  }
}
