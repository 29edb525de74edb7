package dev.sluice.bench.floor;

import dev.sluice.bench.measure.Pace;
import dev.sluice.schemas.process.RoleProcess;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A service that only sends to Kafka. It takes {@code TOPIC COUNT PER_SECOND} and answers with how
 * many nanoseconds after each record was due it was acknowledged; 0 a second: as fast as it goes,
 * each from its send.
 */
final class ProducerRole implements RoleProcess.Role {
  private static final int VALUE_BYTES = 200;
  private static final int KEYS = 40;
  private static final long WITHIN_S = 120;

  private final KafkaProducer<byte[], byte[]> producer;
  private final Orders orders;
  private final CountDownLatch closed = new CountDownLatch(1);

  ProducerRole(String bootstrap) {
    var settings = new HashMap<String, Object>();
    settings.putAll(Map.of("bootstrap.servers", bootstrap, "acks", "all", "linger.ms", "0"));
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    orders = new Orders("producer", this::send);
  }

  private long[] send(List<String> words) throws Exception {
    var topic = words.get(0);
    int count = Integer.parseInt(words.get(1));
    int perSecond = Integer.parseInt(words.get(2));
    var took = new long[count];
    var all = new CountDownLatch(count);
    var failure = new AtomicReference<Exception>();
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = perSecond == 0 ? System.nanoTime() : begin + i * Pace.period(perSecond);
      Pace.until(due);
      int number = i;
      Callback acknowledged =
          (where, problem) -> {
            took[number] = System.nanoTime() - due;
            if (problem != null) {
              failure.set(problem);
            }
            all.countDown();
          };
      producer.send(record(topic, number, due), acknowledged);
    }
    if (!all.await(WITHIN_S, TimeUnit.SECONDS)) {
      throw new TimeoutException(all.getCount() + " records are not acknowledged");
    }
    if (failure.get() != null) {
      throw new KafkaException("a record was not acknowledged", failure.get());
    }
    return took;
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, int number, long due) {
    byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(number % KEYS).array();
    byte[] value = ByteBuffer.allocate(VALUE_BYTES).putLong(due).array();
    return new ProducerRecord<>(topic, key, value);
  }

  @Override
  public String address() {
    return Integer.toString(orders.port());
  }

  @Override
  public void awaitFailure() throws InterruptedException {
    closed.await();
  }

  @Override
  public void close() {
    orders.close();
    producer.close();
  }
}
