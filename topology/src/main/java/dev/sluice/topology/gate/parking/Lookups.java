package dev.sluice.topology.gate.parking;

import dev.sluice.contract.Bounds;
import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.registry.Lookup;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.gate.schema.InternalSchemas;
import dev.sluice.topology.gate.schema.Pace;
import dev.sluice.topology.gate.schema.SchemaQuestions;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Looks up the schemas of parked records and sends the records back to their topics, so that stream
 * threads wait only for Kafka.
 *
 * <p>A record is sent back before its offset is committed: a crash between may send it twice, which
 * changes nothing, as run and command ids are unique and of two limits the later append counts.
 */
public final class Lookups implements AutoCloseable {
  public static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private static final String ALARM = "no schema registry";
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
  private static final Duration TIDY_EVERY = Duration.ofSeconds(1);

  /** Limits what is sent back: it is read together with what others send now. */
  private static final int MOST_SENT_PER_SECOND = 1_000;

  private static final int MOST_SENT_AT_ONCE = 100;
  private static final int LEAST_SENT_AT_ONCE = 10;

  /** Questions may come late, and what was read when is remembered for as long. */
  private static final Duration LATEST_ANSWER = Duration.ofMinutes(2);

  private final GateConfig config;
  private final InternalSchemas schemas;
  private final Alarms alarms;
  private final ParkedRecords parked;
  private final Producer<byte[], byte[]> producer;
  private final ReentrantLock turn = new ReentrantLock();
  private final ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Deserializer<?>> readers;
  private final SchemaQuestions questions;
  private final Map<Integer, String> topics = new HashMap<>();
  private final Map<Integer, Future<Lookup>> asked = new HashMap<>();
  private final Set<Integer> known = new HashSet<>();
  private final Pace pace;
  private Map<Integer, Long> denied = Map.of();
  private long tidyNanos;

  public Lookups(
      GateConfig config,
      SluiceSerdes serdes,
      InternalSchemas schemas,
      Set<Integer> owned,
      int partitions,
      Alarms alarms) {
    this.config = config;
    this.schemas = schemas;
    this.alarms = alarms;
    long now = System.nanoTime();
    tidyNanos = now;
    questions = new SchemaQuestions(config.unknownAfter(), now);
    pace = new Pace(MOST_SENT_PER_SECOND, MOST_SENT_AT_ONCE, now);
    var runs = serdes.deserializer(RunSubmitted.class);
    readers =
        Map.of(
            Topics.RUNS,
            runs,
            Topics.SUBMISSIONS,
            runs,
            Topics.COMMANDS,
            serdes.deserializer(RunCommand.class),
            Topics.TENANTS,
            serdes.deserializer(TenantLimits.class));
    parked = new ParkedRecords(config, owned, partitions);
    producer = new KafkaProducer<>(producerSettings(config));
  }

  private static Map<String, Object> producerSettings(GateConfig config) {
    var settings = new HashMap<String, Object>(config.kafka());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "30000");
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Bounds.INTERNAL_RECORD_BYTES);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return settings;
  }

  /** Reads what was parked, asks for some schemas, and sends back what can be sent. */
  public void look() throws ExecutionException, InterruptedException {
    turn.lockInterruptibly();
    try {
      parked.follow();
      if (!parked.partitions().isEmpty()) {
        parked.read(this::wanted);
        takeAnswers();
        ask();
        sendBack();
        if (System.nanoTime() - tidyNanos >= TIDY_EVERY.toNanos()) {
          tidy();
        }
      }
    } finally {
      turn.unlock();
    }
  }

  private void wanted(int schemaId, int sender, String topic) {
    questions.wants(schemaId, sender);
    topics.putIfAbsent(schemaId, topic);
  }

  // --- questions

  private void ask() {
    for (int id : questions.due(System.nanoTime())) {
      var topic = topics.getOrDefault(id, Topics.RUNS);
      asked.put(id, asking.submit(() -> lookUp(id, topic)));
    }
  }

  private Lookup lookUp(int id, String topic) {
    var reader = Objects.requireNonNull(readers.get(topic), topic);
    return schemas.lookUp(reader, config.prefix() + topic, id);
  }

  private void takeAnswers() {
    var answers = asked.entrySet().iterator();
    while (answers.hasNext()) {
      var answer = answers.next();
      if (answer.getValue().isDone()) {
        answers.remove();
        takeAnswer(answer.getKey(), answer.getValue());
      }
    }
  }

  private void takeAnswer(int id, Future<Lookup> answer) {
    var said = answer.state() == Future.State.SUCCESS ? answer.resultNow() : Lookup.NO_ANSWER;
    if (questions.answered(id, said, System.nanoTime())) {
      known.add(id);
    } else if (said == Lookup.NO_SUCH_ID) {
      known.remove(id); // it was forgotten since
    }
  }

  /** What need not be done at once. */
  private void tidy() {
    tidyNanos = System.nanoTime();
    long forgotten = tidyNanos - config.unknownAfter().plus(LATEST_ANSWER).toNanos();
    parked.partitions().values().forEach(partition -> partition.mark(tidyNanos, forgotten));
    parked.readRests(this::wanted);
    parked.commit();
    known.removeIf(id -> !parked.waitFor(id));
    questions.keepThose(parked::waitFor);
    denied = questions.denied(MOST_SENT_PER_SECOND);
    topics.keySet().removeIf(id -> !parked.waitFor(id));
    alarms.set(
        ALARM,
        questions.isDown()
            ? Map.of("schemas", "records of schemas that are not known yet have to wait for it")
            : Map.of());
  }

  // --- sending back

  private void sendBack() throws ExecutionException, InterruptedException {
    for (var partition : parked.partitions().entrySet()) {
      int most = pace.left(System.nanoTime());
      var ready = most < LEAST_SENT_AT_ONCE ? Map.<Integer, Long>of() : ready(partition.getValue());
      if (!ready.isEmpty()) {
        sendBack(partition.getKey(), ready, most);
      }
    }
  }

  /** Up to which offset records of which schemas are known or given up. */
  private Map<Integer, Long> ready(ParkedPartition partition) {
    var ready = new HashMap<Integer, Long>();
    for (int id : known) {
      if (partition.waitsFor(id)) {
        ready.put(id, Long.MAX_VALUE);
      }
    }
    denied.forEach(
        (id, since) -> {
          long[] span = known.contains(id) ? null : partition.span(id);
          if (span != null && span[0] < partition.readBefore(since)) {
            ready.put(id, partition.readBefore(since));
          }
        });
    return ready;
  }

  private void sendBack(TopicPartition at, Map<Integer, Long> ready, int most)
      throws ExecutionException, InterruptedException {
    var sent = new ArrayList<Future<RecordMetadata>>();
    long reached = parked.ready(at, ready, most, record -> sent.add(producer.send(back(record))));
    producer.flush();
    for (var one : sent) {
      one.get();
    }
    pace.take(sent.size());
    var partition = Objects.requireNonNull(parked.partitions().get(at), at::toString);
    ready.forEach((id, upTo) -> partition.sentUpTo(id, Math.min(reached, upTo)));
  }

  private ProducerRecord<byte[], byte[]> back(ConsumerRecord<byte[], byte[]> record) {
    var topic = Parking.topic(record.headers()).orElseThrow();
    var to = topic.equals(Topics.RUNS) ? Topics.SUBMISSIONS : topic;
    var headers = new RecordHeaders(record.headers());
    int id = SluiceSerdes.schemaId(record.value());
    if (!known.contains(id)) {
      headers.add(Parking.VERDICT_HEADER, verdict(id).getBytes(StandardCharsets.UTF_8));
    }
    return new ProducerRecord<>(
        config.prefix() + to, record.partition(), null, record.key(), record.value(), headers);
  }

  private String verdict(int id) {
    return "UNKNOWN_ID: the registry said for %d s that it does not know schema id %d"
        .formatted(config.unknownAfter().toSeconds(), id);
  }

  @Override
  public void close() {
    asking.shutdownNow();
    producer.close(CLOSE_WITHIN);
    try {
      // The consumer is for one thread at a time; its own has been told to end.
      if (turn.tryLock(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        parked.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
