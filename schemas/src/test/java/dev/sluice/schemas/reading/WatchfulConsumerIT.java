package dev.sluice.schemas.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestBroker;
import dev.sluice.schemas.process.Alarms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A reader of several partitions, most of them full. */
final class WatchfulConsumerIT {
  private static final int FLOOD = 200_000;
  private static final int MOST_RECORDS = 10;

  private final TestBroker broker = TestBroker.shared();
  private final String topic = broker.uniquePrefix() + "turns";

  private Map<String, Object> settings() {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    return settings;
  }

  @Test
  void readsWhatCameBehindAFloodOfOtherPartitionsBeforeTheFloodIsOver() throws Exception {
    try (var admin = Admin.create(settings())) {
      admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
    }
    var reading = settings();
    reading.put("group.id", topic);
    reading.put("max.poll.records", MOST_RECORDS);
    try (var producer =
            new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
        var consumer =
            new WatchfulConsumer(reading, new DeletedUnread("the test", new Alarms(alarm -> {})))) {
      for (int i = 0; i < FLOOD; i++) {
        producer.send(new ProducerRecord<>(topic, i % 2, null, new byte[10]));
      }
      producer.flush();
      var partitions = List.of(partition(0), partition(1), partition(2));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (consumer.poll(Duration.ofMillis(100)).count() < MOST_RECORDS) {
        // until the flood is at hand
      }

      producer.send(new ProducerRecord<>(topic, 2, null, new byte[10])).get();

      assertThat(recordsReadBefore(consumer, partition(2))).isLessThan(FLOOD / 2);
    }
  }

  /** By a group that has committed nothing, in partitions of which it learns within a poll. */
  @Test
  void stepsOverGiantsRecordByRecord() throws Exception {
    var name = topic + "-giants";
    try (var admin = Admin.create(settings())) {
      admin.createTopics(List.of(new NewTopic(name, 2, (short) 1))).all().get();
    }
    try (var producer =
        new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < 20; i++) {
        producer.send(new ProducerRecord<>(name, i % 2, null, new byte[10]));
      }
    }
    var first = new TopicPartition(name, 0);
    var second = new TopicPartition(name, 1);
    var steps =
        new GiantSteps(
            Map.of(
                first, List.of(new Giants.Giant(0, 2, 1, 9), new Giants.Giant(5, 8, 6, 9)),
                second, List.of(new Giants.Giant(9, 10, 9, 9))));
    var told = new ArrayList<String>();
    var alarms = new Alarms(alarm -> told.add(alarm.toString()));
    var reading = settings();
    reading.put("group.id", name);
    reading.put("enable.auto.commit", false);
    var read = new HashMap<TopicPartition, List<Long>>();
    try (var consumer =
        new WatchfulConsumer(
            reading,
            new DeletedUnread("the test", alarms),
            steps,
            (partition, position) -> {},
            Patience.ofAny())) {
      consumer.subscribe(List.of(name), new Nothing());
      while (consumer.assignment().isEmpty()
          || consumer.position(first) < 10
          || consumer.position(second) < 10) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          var partition = new TopicPartition(record.topic(), record.partition());
          read.computeIfAbsent(partition, any -> new ArrayList<>()).add(record.offset());
        }
      }
    }

    assertThat(read.get(first)).containsExactly(2L, 3L, 4L, 8L, 9L);
    assertThat(read.get(second)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(told).filteredOn(one -> one.contains("record too large")).hasSize(3);
  }

  private static final class Nothing implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
  }

  private TopicPartition partition(int number) {
    return new TopicPartition(topic, number);
  }

  private static int recordsReadBefore(WatchfulConsumer consumer, TopicPartition wanted) {
    int read = 0;
    while (read < FLOOD) {
      var records = consumer.poll(Duration.ofMillis(100));
      if (!records.records(wanted).isEmpty()) {
        return read;
      }
      read += records.count();
    }
    return read;
  }
}
