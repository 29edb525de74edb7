package dev.sluice.topology.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestBroker;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a tenant's records the newest that any gate takes is appended again. */
final class TenantRereaderIT {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final byte[] ACME = "acme".getBytes(UTF_8);

  @TempDir private Path dir;
  private final TestBroker broker = TestBroker.shared();
  private final String prefix = broker.uniquePrefix();
  private final String topic = prefix + Topics.TENANTS;
  private final Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());

  private static String limits(int cap) {
    return "{\"tenant\":\"acme\",\"max_in_flight\":%d}".formatted(cap);
  }

  private void append(@Nullable String... values) {
    try (var producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (var value : values) {
        byte[] bytes = value == null ? null : value.getBytes(UTF_8);
        producer.send(new ProducerRecord<>(topic, 0, ACME, bytes));
      }
      producer.flush();
    }
  }

  private void create() throws Exception {
    try (var admin = Admin.create(kafka)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  /** All records of the topic, once there are so many. */
  private List<String> await(int records) {
    var read = new ArrayList<String>();
    try (var consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      consumer.seekToBeginning(consumer.assignment());
      Awaitility.await()
          .atMost(BOUND)
          .until(
              () -> {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                  read.add(record.value() == null ? "" : new String(record.value(), UTF_8));
                }
                return read.size() >= records;
              });
    }
    return read;
  }

  private void reread() {
    var config =
        GateConfig.from(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "schema.registry.url",
                broker.registry().url().toString(),
                "topic.prefix",
                prefix,
                "state.dir",
                dir.toString()));
    try (var rereader = new TenantRereader(config, SluiceSerdes.create(config.serdes()), 1)) {
      rereader.reread("acme");
      await(6);
    }
  }

  @Test
  void whatWasRefusedMeanwhileIsNotReadAgain() throws Exception {
    create();
    append(
        limits(1),
        limits(7),
        "garbage",
        limits(-3),
        "{\"tenant\":\"acme\",\"max_in_flight\":8,\"expected\":99}");

    reread();

    assertThat(await(6)).last().isEqualTo(limits(7));
  }

  @Test
  void ofNoneThatIsSoundNothingIsInForce() throws Exception {
    create();
    append("garbage", limits(-1), "{", "[]", "x");

    reread();

    assertThat(await(6)).last().isEqualTo("");
  }
}
