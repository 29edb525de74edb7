package dev.sluice.topology.gate.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestBroker;
import dev.sluice.topology.gate.config.ForeignTransactionRules;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which transactions of other applications are ended, with a bound of a second. */
final class ForeignTransactionsIT {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final TestBroker broker = TestBroker.shared();
  private final String prefix = broker.uniquePrefix();
  private final String topic = prefix + "public";
  private final TopicPartition partition = new TopicPartition(topic, 0);
  private final Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
  private final Admin admin = Admin.create(client);
  private final OpenTransactions transactions = new OpenTransactions(admin);

  @BeforeEach
  void createTopic() throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private ForeignTransactions allowing(String idPrefix, Duration olderThan) {
    var rules = new ForeignTransactionRules(List.of(prefix + idPrefix), olderThan);
    return new ForeignTransactions(admin, transactions, rules);
  }

  private KafkaProducer<byte[], byte[]> producer(String id) {
    var settings = new HashMap<>(client);
    settings.put("transactional.id", prefix + id);
    var bytes = new ByteArraySerializer();
    var producer = new KafkaProducer<>(settings, bytes, bytes);
    producer.initTransactions();
    return producer;
  }

  private void begin(KafkaProducer<byte[], byte[]> producer) {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(topic, new byte[] {1}));
    producer.flush();
  }

  private boolean isOpen(String id) throws Exception {
    var known = transactions.describe(prefix + id);
    return known != null && known.state() == TransactionState.ONGOING;
  }

  @Test
  void endsWhatTheOperatorHasNamedAndWhatIsOldEnough() throws Exception {
    try (var named = producer("etl-a")) {
      begin(named);
      var foreign = allowing("etl-", Duration.ofSeconds(1));
      Awaitility.await()
          .atMost(BOUND)
          .until(
              () -> {
                foreign.end(transactions.earliest(Set.of(partition)));
                return !isOpen("etl-a");
              });
    }
  }

  @Test
  void leavesOthersAndYoungOnesAlone() throws Exception {
    try (var other = producer("flink-a");
        var young = producer("etl-a")) {
      begin(other);
      var named = allowing("etl-", Duration.ofMillis(1));
      for (int look = 0; look < 5; look++) {
        named.end(transactions.earliest(Set.of(partition)));
      }
      assertThat(isOpen("flink-a")).isTrue();
      other.commitTransaction();

      begin(young);
      var patient = allowing("etl-", Duration.ofMinutes(5));
      for (int look = 0; look < 5; look++) {
        patient.end(transactions.earliest(Set.of(partition)));
      }
      assertThat(isOpen("etl-a")).isTrue();
      young.commitTransaction();
    }
  }

  /** It was noticed in one transaction and has begun another since: it works. */
  @Test
  void leavesAnIdAloneThatHasBegunAnotherTransaction() throws Exception {
    try (var busy = producer("etl-a")) {
      var foreign = allowing("etl-", Duration.ofMillis(1));
      begin(busy);
      var seen = transactions.earliest(Set.of(partition));
      busy.commitTransaction();
      long before = seen.get(0).startMs();
      Awaitility.await().atMost(BOUND).until(() -> System.currentTimeMillis() > before + 2);
      begin(busy);
      Awaitility.await().atMost(BOUND).until(() -> isOpen("etl-a"));

      foreign.end(seen);

      assertThat(isOpen("etl-a")).isTrue();
      busy.commitTransaction();
    }
  }
}
