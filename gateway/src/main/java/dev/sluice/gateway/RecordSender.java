package dev.sluice.gateway;

import dev.sluice.schemas.SluiceSerdes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
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

  private static final Duration BETWEEN_WARM_UPS = Duration.ofMillis(500);

  private volatile boolean warm;
  private final long answerWithinMs;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();

  RecordSender(GatewayConfig config) {
    answerWithinMs = config.answerWithin().toMillis();
    var settings = new HashMap<String, Object>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * 1024 * 1024);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Serializers ask the registry at their first use, and the producer the broker; this does it
   * before there is a request, again and again until it works.
   */
  void warmUp(SluiceSerdes serdes, Map<String, SpecificRecord> samples) {
    senders.execute(
        () -> {
          while (!warm && !Thread.currentThread().isInterrupted()) {
            try {
              samples.forEach((topic, sample) -> serialize(serdes, topic, sample));
              samples.keySet().forEach(producer::partitionsFor);
              warm = true;
            } catch (KafkaException notYet) {
              LockSupport.parkNanos(BETWEEN_WARM_UPS.toNanos());
            }
          }
        });
  }

  /** Whether Kafka and the registry have been reached, so that requests need not wait for them. */
  boolean isWarm() {
    return warm;
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
    var acknowledged = new CompletableFuture<RecordMetadata>();
    senders.execute(() -> start(topic, tenant, serializer, record, acknowledged));
    return await(acknowledged, answerWithinMs, what);
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
    await(await(started, MAX_BATCH_MS, what), MAX_BATCH_MS, what);
  }

  private static <R extends @Nullable Object> R await(
      Future<R> result, long withinMs, String what) {
    try {
      return result.get(withinMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unknown(what, "no acknowledgement within " + Duration.ofMillis(withinMs));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RecordTooLargeException large) {
        throw Problem.tooLarge(String.valueOf(large.getMessage()));
      }
      throw unknown(what, String.valueOf(e.getCause()));
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
      byte[] value = serializer.serialize(topic, record);
      producer.send(
          new ProducerRecord<>(topic, tenant.getBytes(StandardCharsets.UTF_8), value),
          (metadata, failure) -> {
            if (failure == null) {
              acknowledged.complete(metadata);
            } else {
              acknowledged.completeExceptionally(failure);
            }
          });
    } catch (RuntimeException e) {
      acknowledged.completeExceptionally(e);
    }
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
    producer.close(Duration.ofSeconds(5));
  }
}
