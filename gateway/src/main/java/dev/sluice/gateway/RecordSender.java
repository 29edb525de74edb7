package dev.sluice.gateway;

import dev.sluice.http.message.Problem;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.RequiredTopics;
import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes users' records, acknowledged by all in-sync replicas. Whether one was written is known, or
 * told to be unknown within the time allowed; writing it again is always safe.
 */
final class RecordSender implements AutoCloseable {
  private static final long MAX_BATCH_MS = 10_000;

  private final GatewayConfig config;
  private final Readiness readiness = new Readiness();
  private final AnswerTimeouts timeouts;

  /** Shorter than the time for an answer, which then says that nothing was written. */
  private final Duration readyWithin;

  private final KafkaProducer<byte[], byte[]> producer;
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();

  /** Topics whose schema and partitions are known: a send to them does not wait for either. */
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  private final SendRoom room;

  /** Of the gate, whatever number a topic has; known as soon as it is ready. */
  private volatile int partitions = 1;

  RecordSender(GatewayConfig config) {
    this.config = config;
    timeouts = new AnswerTimeouts(config.answerWithin());
    readyWithin = config.answerWithin().multipliedBy(9).dividedBy(10);
    var settings = new HashMap<String, Object>(config.kafka());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // A broker takes one request of a connection at a time: what comes while one is under way goes
    // together in the next.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.answerWithin().toMillis());
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * 1024 * 1024);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    room = SendRoom.of(producer);
  }

  /**
   * Looks at the topics, and does before there is a request what serializers ask the registry and
   * the producer asks the broker at their first use; again and again until it works.
   *
   * @param samples a record for each topic, named without the prefix
   */
  void warmUp(SluiceSerdes serdes, Map<String, SpecificRecord> samples) {
    var topics = new ArrayList<>(samples.keySet());
    topics.add(Topics.JOURNAL); // tells the gate's partitions
    senders.execute(
        () ->
            readiness.reach(
                () -> {
                  partitions =
                      RequiredTopics.check(config.kafka(), config.prefix(), topics, Set.of());
                  samples.forEach(
                      (topic, sample) -> {
                        serialize(serdes, config.prefix() + topic, sample);
                        producer.partitionsFor(config.prefix() + topic);
                      });
                }));
  }

  Readiness readiness() {
    return readiness;
  }

  /** Of the gate; known as soon as it is ready. */
  int partitions() {
    return partitions;
  }

  @SuppressWarnings("unchecked") // the serializer is of the record's own class
  private static void serialize(SluiceSerdes serdes, String topic, SpecificRecord sample) {
    ((Serializer<SpecificRecord>) serdes.serializer(sample.getClass())).serialize(topic, sample);
  }

  /**
   * Writes a record and waits for its acknowledgement.
   *
   * @param what names the thing for the message of a failure
   * @throws Problem 503 if it is not known within the time allowed, 413 if it is too large
   */
  <T extends SpecificRecord> RecordMetadata send(
      String topic, String tenant, Serializer<T> serializer, T record, String what) {
    room.require(what);
    var acknowledged = new CompletableFuture<RecordMetadata>();
    timeouts.watch(acknowledged);
    if (known.contains(topic)) {
      start(topic, tenant, serializer, record, acknowledged);
    } else {
      senders.execute(() -> start(topic, tenant, serializer, record, acknowledged));
    }
    // Not timed: that would wake one more thread for every request.
    var metadata = await(acknowledged::get, what);
    known.add(topic);
    return metadata;
  }

  /**
   * Writes records and waits until all are acknowledged, each tenant's in their order.
   *
   * @param what names them for the message of a failure
   * @throws Problem 503 if that is not known of all of them within the producer's own time
   */
  <T extends SpecificRecord> void sendAll(
      String topic,
      Function<T, String> tenant,
      Serializer<T> serializer,
      List<T> records,
      String what) {
    var all = new ArrayList<CompletableFuture<RecordMetadata>>(records.size());
    var started =
        senders.submit(
            () -> {
              for (var record : records) {
                var acknowledged = new CompletableFuture<RecordMetadata>();
                all.add(acknowledged);
                start(topic, tenant.apply(record), serializer, record, acknowledged);
              }
              return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
            });
    var sent = await(() -> started.get(MAX_BATCH_MS, TimeUnit.MILLISECONDS), what);
    await(() -> sent.get(MAX_BATCH_MS, TimeUnit.MILLISECONDS), what);
  }

  /**
   * Writes a record, or a tombstone, to each of the gate's partitions and waits until all are
   * acknowledged.
   *
   * @param what names it for the message of a failure
   * @throws Problem 503 if that is not known of all of them within the time allowed
   */
  <T extends SpecificRecord> void sendToEach(
      String topic, String key, Serializer<T> serializer, @Nullable T record, String what) {
    long ms = config.answerWithin().toMillis();
    var started =
        senders.submit(
            () -> {
              readiness.await(readyWithin);
              byte[] value = record == null ? null : serializer.serialize(topic, record);
              var all = new ArrayList<CompletableFuture<RecordMetadata>>(partitions);
              for (int partition = 0; partition < partitions; partition++) {
                var acknowledged = new CompletableFuture<RecordMetadata>();
                all.add(acknowledged);
                send(topic, partition, key, value, acknowledged);
              }
              return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
            });
    var sent = await(() -> started.get(ms, TimeUnit.MILLISECONDS), what);
    await(() -> sent.get(ms, TimeUnit.MILLISECONDS), what);
  }

  private interface Waiting<R extends @Nullable Object> {
    R forResult() throws ExecutionException, InterruptedException, TimeoutException;
  }

  private static <R extends @Nullable Object> R await(Waiting<R> waiting, String what) {
    try {
      return waiting.forResult();
    } catch (TimeoutException e) {
      throw unknown(what, "no acknowledgement in time");
    } catch (ExecutionException e) {
      throw problem(what, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(what, "interrupted");
    }
  }

  private <T extends SpecificRecord> void start(
      String topic,
      String tenant,
      Serializer<T> serializer,
      T record,
      CompletableFuture<RecordMetadata> acknowledged) {
    try {
      readiness.await(readyWithin);
      byte[] value = serializer.serialize(topic, record);
      send(topic, TenantPartitions.of(tenant, partitions), tenant, value, acknowledged);
    } catch (RuntimeException e) {
      acknowledged.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      acknowledged.completeExceptionally(e);
    }
  }

  private void send(
      String topic,
      int partition,
      String key,
      byte @Nullable [] value,
      CompletableFuture<RecordMetadata> acknowledged) {
    producer.send(
        new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), value),
        (metadata, failure) -> {
          if (failure == null) {
            acknowledged.complete(metadata);
          } else {
            acknowledged.completeExceptionally(failure);
          }
        });
  }

  private static Problem problem(String what, @Nullable Throwable cause) {
    if (cause instanceof RecordTooLargeException large) {
      return Problem.tooLarge(String.valueOf(large.getMessage()));
    }
    if (cause instanceof NotReadyException notReady) {
      return Problem.unavailable(
          "%s was not accepted (%s); repeating the request with it is safe"
              .formatted(what, notReady.getMessage()));
    }
    return unknown(
        what, String.valueOf(cause instanceof TimeoutException late ? late.getMessage() : cause));
  }

  private static Problem unknown(String what, String why) {
    return Problem.unavailable(
        "it is unknown whether "
            + what
            + " was accepted ("
            + why
            + "); repeating the request with it is safe");
  }

  @Override
  public void close() {
    senders.shutdownNow();
    timeouts.close();
    producer.close(Duration.ofSeconds(5));
  }
}
