package dev.sluice.runner.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.embedded.TestBroker;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JournalReaderIT {
  private static final int PARTITIONS = 2;
  private static final int KIB = 1024;

  private final TestBroker broker = TestBroker.shared();
  private final String topic = broker.uniquePrefix() + "journal";
  private final Clients clients =
      new Clients(Map.of("bootstrap.servers", broker.bootstrapServers()));
  private final SluiceSerdes serdes =
      SluiceSerdes.create(Map.of("schema.registry.url", broker.registry().url().toString()));
  private final JournalReader reader =
      new JournalReader(
          topic, clients.replayConsumer(), serdes, new LifeSigns((why, cause) -> {}, () -> 0));

  @BeforeEach
  void createTopic() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      var journal =
          new NewTopic(topic, PARTITIONS, (short) 1)
              .configs(Map.of("message.timestamp.type", "LogAppendTime"));
      admin.createTopics(List.of(journal)).all().get();
    }
    reader.start();
  }

  @AfterEach
  void close() {
    reader.close();
  }

  @Test
  void readsManyRunsAtOnceThatLieAmongEachOther() throws Exception {
    int runs = 40;
    int steps = 25;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      write(partition, runs * steps, 1 * KIB);
    }

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reads = new ArrayList<Future<List<Stored>>>();
      for (int run = 0; run < runs; run++) {
        long first = run;
        int partition = run % PARTITIONS;
        var offsets = LongStream.range(0, steps).mapToObj(i -> first + i * runs).toList();
        reads.add(threads.submit(() -> reader.read(partition, offsets)));
      }
      for (int run = 0; run < runs; run++) {
        int first = run;
        assertThat(reads.get(run).get())
            .extracting(stored -> stored.record().getSeq())
            .containsExactlyElementsOf(
                LongStream.range(0, steps).mapToObj(i -> (int) (first + i * runs)).toList());
      }
    }
  }

  /** More than it keeps, and again when the first have been dropped. */
  @Test
  void readsAJournalThatDoesNotFitIntoWhatItKeeps() throws Exception {
    int records = 40;
    write(0, records, 700 * KIB);
    var all = LongStream.range(0, records).boxed().toList();

    for (int time = 0; time < 2; time++) {
      assertThat(reader.read(0, all))
          .extracting(stored -> (long) stored.record().getSeq())
          .containsExactlyElementsOf(all);
    }
  }

  /** Where a transaction's marker lies there is no record, as where compaction took one away. */
  @Test
  void saysThatARecordIsGoneWithoutHoldingUpTheOthers() throws Exception {
    try (var producer = clients.claimProducer(topic)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(step(0, 0, 10));
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(step(0, 2, 10));
      producer.commitTransaction();
    }

    assertThatThrownBy(() -> reader.read(0, List.of(1L)))
        .isInstanceOf(JournalBrokenException.class)
        .hasMessage("there is no record at Place[partition=0, offset=1]");
    assertThat(reader.read(0, List.of(0L, 2L)))
        .extracting(stored -> stored.record().getSeq())
        .containsExactly(0, 2);
  }

  @Test
  void readsTheAppendTimeThatTheWriterWasTold() throws Exception {
    var told = new ArrayList<Long>();
    try (var writer = new JournalWriter(topic, clients.producer(30_000), serdes)) {
      for (int seq = 0; seq < 5; seq++) {
        told.add(writer.append(value(seq, new FenceEntry("")), 0).get());
      }
    }

    assertThat(reader.read(0, List.of(0L, 1L, 2L, 3L, 4L)))
        .extracting(Stored::appendedMs)
        .containsExactlyElementsOf(told)
        .isSorted();
  }

  @Test
  void decodesABatchOfChildrenOnceForAllOfThem() throws Exception {
    var child = ChildSpec.newBuilder().setNumber(1).setAgent("a").setPool("default").build();
    try (var producer = clients.producer(10_000)) {
      producer.send(record(0, 0, SpawnEntry.newBuilder().setChildren(List.of(child)).build()));
      producer.flush();
    }

    var first = reader.read(0, List.of(0L)).getFirst();

    assertThat(reader.read(0, List.of(0L)).getFirst()).isSameAs(first);
  }

  private void write(int partition, int count, int bytes) {
    try (var producer = clients.producer(30_000)) {
      for (int seq = 0; seq < count; seq++) {
        producer.send(step(partition, seq, bytes));
      }
      producer.flush();
    }
  }

  private ProducerRecord<byte[], byte[]> step(int partition, int seq, int bytes) {
    return record(
        partition,
        seq,
        StepEntry.newBuilder()
            .setName("step")
            .setResult(ByteBuffer.wrap(new byte[bytes]))
            .setStartedAtMs(1)
            .setEndedAtMs(2)
            .build());
  }

  private ProducerRecord<byte[], byte[]> record(int partition, int seq, Object entry) {
    return new ProducerRecord<>(
        topic,
        partition,
        new byte[0],
        serdes.serializer(JournalRecord.class).serialize(topic, value(seq, entry)));
  }

  private static JournalRecord value(int seq, Object entry) {
    return JournalRecord.newBuilder()
        .setTenant("acme")
        .setRunId("run")
        .setEpoch(1)
        .setIncarnation("w.12345678")
        .setSeq(seq)
        .setEntry(entry)
        .build();
  }
}
