package dev.sluice.topology.catalog.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.Bounds;
import dev.sluice.embedded.TestBroker;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.topology.catalog.values.JournalSource.Read;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.StepEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records are read back from a real broker by their places, whatever became of some of them. */
final class KafkaJournalIT {
  private static final String INFLATED = "lz4";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestBroker broker = TestBroker.shared();
  private final String topic = broker.uniquePrefix() + "journal";
  private final Map<String, String> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
  private final SluiceSerdes serdes =
      SluiceSerdes.create(Map.of("schema.registry.url", broker.registry().url().toString()));
  private final KafkaJournal journal = new KafkaJournal(kafka, topic, serdes);

  @BeforeEach
  void createTopic() throws Exception {
    try (var admin = Admin.create(Map.copyOf(kafka))) {
      admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
    }
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    var settings = new HashMap<String, Object>(kafka);
    settings.put("max.request.size", 64 * 1024 * 1024);
    settings.put("buffer.memory", 128L * 1024 * 1024);
    settings.putAll(more);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private byte[] step(int seq) {
    var step = StepEntry.newBuilder().setName("s" + seq).setStartedAtMs(0).setEndedAtMs(1).build();
    return serdes
        .serializer(JournalRecord.class)
        .serialize(topic, new JournalRecord("t", "r", 1, "w", seq, "", step, null));
  }

  private static String key(int seq) {
    return "t/r/1/w/" + seq;
  }

  private ProducerRecord<byte[], byte[]> record(int partition, int seq, byte[] value) {
    return new ProducerRecord<>(topic, partition, key(seq).getBytes(StandardCharsets.UTF_8), value);
  }

  private void write(int partition, int from, int to) {
    try (var producer = producer(Map.of())) {
      for (int seq = from; seq < to; seq++) {
        producer.send(record(partition, seq, step(seq)));
      }
      producer.flush();
    }
  }

  private static JournalPlace place(int partition, int seq) {
    return new JournalPlace(partition, seq, key(seq));
  }

  private static int seq(Read read) {
    return read instanceof Read.Found(JournalRecord record) ? record.getSeq() : -1;
  }

  private static String why(Read read) {
    return read instanceof Read.Missing(String why) ? why : "";
  }

  /** A pass has a second; a slow machine takes more than one, and may find nothing in one. */
  private List<Read> read(List<JournalPlace> places) {
    var reads = new ArrayList<Read>();
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(JournalUnavailableException.class)
        .until(
            () -> {
              reads.addAll(journal.read(places.subList(reads.size(), places.size())));
              return reads.size() == places.size();
            });
    return reads;
  }

  @Test
  void readsWhatIsFarApartAndInAnyOrderAndInSeveralPartitions() {
    write(0, 0, 5_000);
    write(1, 0, 100);
    var places =
        List.of(
            place(0, 4_999), place(0, 0), place(0, 1), place(1, 99), place(0, 2), place(0, 2_500));

    assertThat(read(places))
        .extracting(KafkaJournalIT::seq)
        .containsExactly(4_999, 0, 1, 99, 2, 2_500);
  }

  @Test
  void readsAWholePageMoreThanOnce() {
    write(0, 0, 1_000);
    var places = IntStream.range(0, 1_000).mapToObj(seq -> place(0, seq)).toList();

    for (int time = 0; time < 2; time++) {
      assertThat(read(places).stream().map(KafkaJournalIT::seq))
          .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
    }
  }

  @Test
  void saysOfEachRecordThatIsNotThereWhyAndReadsTheOthers() throws Exception {
    write(0, 0, 20);
    try (var admin = Admin.create(Map.copyOf(kafka))) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(10)))
          .all()
          .get();
    }

    var reads = read(List.of(place(0, 3), place(0, 9), place(0, 10), place(0, 19)));

    assertThat(reads).extracting(KafkaJournalIT::seq).containsExactly(-1, -1, 10, 19);
    assertThat(why(reads.get(0))).contains("no longer contains it");
  }

  @Test
  void saysThatARecordWasTakenOutOrIsAnother() {
    try (var producer = producer(Map.of("transactional.id", topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record(0, 0, step(0)));
      producer.commitTransaction(); // its marker has offset 1
      producer.beginTransaction();
      producer.send(record(0, 7, step(7)));
      producer.send(new ProducerRecord<>(topic, 0, key(3).getBytes(StandardCharsets.UTF_8), null));
      producer.send(record(0, 4, new byte[] {0, 0, 0}));
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(record(0, 6, step(6)));
      producer.flush(); // else nobody would have written it
      producer.abortTransaction();
    }
    write(0, 8, 9);

    var reads =
        read(
            List.of(
                place(0, 0),
                place(0, 1),
                place(0, 2),
                place(0, 3),
                place(0, 4),
                place(0, 6),
                place(0, 8)));

    assertThat(reads).extracting(KafkaJournalIT::seq).containsExactly(0, -1, -1, -1, -1, -1, 8);
    assertThat(why(reads.get(1))).contains("no longer in the journal");
    assertThat(why(reads.get(2))).contains("another record");
    assertThat(why(reads.get(4))).contains("cannot be decoded");
    assertThat(why(reads.get(5))).contains("no longer in the journal");
  }

  /** Nine MiB of zeros in a batch of some KiB. */
  @Test
  void doesNotReadARecordThatInflates() {
    try (var producer = producer(Map.of("compression.type", INFLATED, "batch.size", 1))) {
      producer.send(record(0, 0, new byte[Bounds.READ_BYTES + 1]));
      producer.send(record(0, 1, step(1)));
      producer.flush();
    }

    var reads = read(List.of(place(0, 0), place(0, 1)));

    assertThat(why(reads.get(0))).contains("once uncompressed");
    assertThat(seq(reads.get(1))).isEqualTo(1);
  }

  /** The consumers of the first ones are opened when the last one was refused. */
  @Test
  void refusesMoreReadsAtOnceThanAFew() throws Exception {
    var opening = new CountDownLatch(KafkaJournal.MOST_READS);
    var refused = new CountDownLatch(1);
    var busy =
        new KafkaJournal(
            topic,
            serdes,
            skipped -> {
              opening.countDown();
              await(refused);
              throw new KafkaException("no consumer");
            });
    var places = List.of(place(0, 0));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reads = new ArrayList<Future<List<Read>>>();
      for (int i = 0; i < KafkaJournal.MOST_READS; i++) {
        reads.add(threads.submit(() -> busy.read(places)));
      }
      await(opening);
      assertThatThrownBy(() -> busy.read(places)).hasMessageContaining("4 requests already");
      refused.countDown();
      for (var read : reads) {
        assertThatThrownBy(read::get).hasMessageContaining("no consumer");
      }
    }
    assertThatThrownBy(() -> busy.read(places)).hasMessageContaining("no consumer");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readsNothingWhenItIsClosed() {
    write(0, 0, 1);
    assertThat(read(List.of(place(0, 0)))).hasSize(1);

    journal.close();

    assertThatThrownBy(() -> journal.read(List.of(place(0, 0))))
        .isInstanceOf(JournalUnavailableException.class);
  }
}
