package dev.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerIT {
  @Test
  void keepsItsRecordsAcrossRestarts(@TempDir Path dir) throws Exception {
    var config = EmbeddedBroker.Config.defaults().withDataDir(dir);
    try (var broker = EmbeddedBroker.start(config)) {
      Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (var admin = Admin.create(client);
          var producer =
              new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
        admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
        producer.send(new ProducerRecord<>("kept", "key", "value")).get();
      }
    }

    List<String> values;
    try (var broker = EmbeddedBroker.start(config)) {
      values = readAll(broker);
    }

    assertThat(values).containsExactly("value");
  }

  private static List<String> readAll(EmbeddedBroker broker) {
    Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
    var values = new ArrayList<String>();
    try (var consumer =
        new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
      var partition = new TopicPartition("kept", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(text(record)));
                return !values.isEmpty();
              });
    }
    return values;
  }

  private static String text(ConsumerRecord<String, String> record) {
    return record.value();
  }
}
