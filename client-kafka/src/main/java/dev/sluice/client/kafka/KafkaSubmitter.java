package dev.sluice.client.kafka;

import dev.sluice.client.RunEnd;
import dev.sluice.client.SluiceException;
import dev.sluice.client.SluiceException.Problem;
import dev.sluice.client.Submission;
import dev.sluice.client.SubmittedRun;
import dev.sluice.client.Submitter;
import dev.sluice.contract.Bounds;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.RunSubmitted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Submits by producing to {@code runs}, and awaits by reading {@code completions}: one consumer for
 * all who wait, of no group, from the ends of the partitions on. So it tells the ends of runs that
 * were submitted through it and ended afterwards, and of no others; a service that is started again
 * asks a {@link dev.sluice.client.SluiceClient} what became of the runs before.
 *
 * <p>Needs to write to {@code runs} and to read {@code completions}, of no group.
 */
public final class KafkaSubmitter implements Submitter {
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final int REQUEST_MS = 10_000;

  private final KafkaOptions options;
  private final String topic;
  private final AwaitedRuns awaited;
  private final EndReader reader;
  private final Producer<byte[], byte[]> producer;
  private final Serializer<RunSubmitted> serializer;
  private final int partitions;

  private KafkaSubmitter(
      KafkaOptions options,
      AwaitedRuns awaited,
      EndReader reader,
      Producer<byte[], byte[]> producer,
      Serializer<RunSubmitted> serializer) {
    this.options = options;
    this.topic = options.topicPrefix() + Topics.RUNS;
    this.awaited = awaited;
    this.reader = reader;
    this.producer = producer;
    this.serializer = serializer;
    this.partitions = reader.partitions();
  }

  /**
   * Connects, and finds out where the topics end.
   *
   * @throws SluiceException.Unavailable if Kafka does not tell in time
   * @throws IllegalArgumentException if a setting is missing or wrong
   */
  public static KafkaSubmitter connect(KafkaOptions options) {
    var serdes = SluiceSerdes.create(options.serdes());
    var serializer = serdes.serializer(RunSubmitted.class);
    var awaited = new AwaitedRuns(options.maxAwaited(), options.keepFor().toNanos());
    var topic = options.topicPrefix() + Topics.COMPLETIONS;
    Producer<byte[], byte[]> producer = null;
    try {
      producer = producer(options);
      var reader = EndReader.start(options, topic, serdes, awaited);
      return new KafkaSubmitter(options, awaited, reader, producer, serializer);
    } catch (RuntimeException e) {
      if (producer != null) {
        producer.close(Duration.ZERO);
      }
      throw failure(e);
    }
  }

  private static RuntimeException failure(RuntimeException e) {
    if (e instanceof ConfigException) {
      return new IllegalArgumentException(e.getMessage(), e);
    }
    return e instanceof KafkaException
        ? SluiceException.of(Problem.of(0, "Kafka does not answer: " + e.getMessage()), e)
        : e;
  }

  private static Producer<byte[], byte[]> producer(KafkaOptions options) {
    long within = options.within().toMillis();
    var settings = new HashMap<String, Object>(options.kafka());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, within);
    int delivery = (int) Math.min(within, Integer.MAX_VALUE);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(delivery, REQUEST_MS));
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Bounds.INTERNAL_RECORD_BYTES);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * {@inheritDoc} An input may be of any type.
   *
   * @throws IllegalArgumentException if the tenant, the run id or the idempotency key is none: the
   *     gate could not say so under a name that is one
   */
  @Override
  public SubmittedRun submit(Submission run) {
    var runId = RunNames.idOf(run);
    // Awaited before it is sent: its end may come before the acknowledgement.
    var kept = awaited.add(run.tenant(), runId, System.nanoTime());
    try {
      acknowledged(producer.send(record(run, runId)), runId);
      return new Sent(run.tenant(), runId, kept);
    } catch (KafkaException e) { // a registry that is not there, too
      throw left(kept, failure(runId, e));
    } catch (SluiceException e) {
      throw left(kept, e);
    } catch (RuntimeException e) {
      awaited.forget(kept);
      throw e;
    }
  }

  /** What may have been written is awaited, should somebody ask for it again. */
  private SluiceException left(AwaitedRuns.Awaited kept, SluiceException failure) {
    if (failure instanceof SluiceException.Unavailable) {
      awaited.doubt(kept);
    } else {
      awaited.forget(kept);
    }
    return failure;
  }

  private ProducerRecord<byte[], byte[]> record(Submission run, String runId) {
    int partition = TenantPartitions.of(run.tenant(), partitions);
    byte[] key = run.tenant().getBytes(StandardCharsets.UTF_8);
    byte[] value = serializer.serialize(topic, Records.of(run, runId));
    return new ProducerRecord<>(topic, partition, key, value);
  }

  private void acknowledged(Future<?> sent, String runId) {
    try {
      // The producer ends by itself within its delivery time-out.
      sent.get(options.within().plus(STOP).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(runId, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw unknown(runId, "Kafka did not acknowledge it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(runId, "interrupted while Kafka wrote it", e);
    }
  }

  private static SluiceException failure(String runId, Throwable e) {
    if (e instanceof RecordTooLargeException) {
      return SluiceException.of(Problem.of(413, String.valueOf(e.getMessage())).ofRun(runId), e);
    }
    return unknown(runId, String.valueOf(e.getMessage()), e);
  }

  private static SluiceException unknown(String runId, String why, Throwable cause) {
    var detail = "whether run %s was submitted is not known: %s".formatted(runId, why);
    return SluiceException.of(Problem.of(0, detail).ofRun(runId), cause);
  }

  /** Runs that were submitted here and have not ended. */
  public int awaited() {
    return awaited.size();
  }

  @Override
  public void close() {
    awaited.close();
    reader.close();
    producer.close(STOP);
  }

  private final class Sent implements SubmittedRun {
    private final String tenant;
    private final String runId;
    private final AwaitedRuns.Awaited kept;
    private boolean isForgotten;

    Sent(String tenant, String runId, AwaitedRuns.Awaited kept) {
      this.tenant = tenant;
      this.runId = runId;
      this.kept = kept;
    }

    @Override
    public String tenant() {
      return tenant;
    }

    @Override
    public String runId() {
      return runId;
    }

    @Override
    public Optional<RunEnd> await(Duration atMost) {
      try {
        return Optional.of(kept.end().get(Math.max(0, nanos(atMost)), TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        return notYet(reader.trouble());
      } catch (ExecutionException e) {
        var why = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
        throw SluiceException.of(Problem.of(0, why), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw SluiceException.of(
            Problem.of(0, "interrupted while waiting for the end of run " + runId), e);
      }
    }

    private Optional<RunEnd> notYet(@Nullable RuntimeException trouble) {
      if (trouble != null) {
        throw SluiceException.of(
            Problem.of(0, "ends cannot be read at present: " + trouble.getMessage()), trouble);
      }
      return Optional.empty();
    }

    private static long nanos(Duration value) {
      try {
        return value.toNanos();
      } catch (ArithmeticException centuries) {
        return Long.MAX_VALUE;
      }
    }

    @Override
    public synchronized void forget() {
      if (!isForgotten) {
        isForgotten = true;
        awaited.forget(kept);
      }
    }
  }
}
