package dev.sluice.local.trace;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Submits a workload's runs when they are due. */
public final class TraceReplay implements AutoCloseable {
  private final String prefix;
  private final SluiceSerdes serdes;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicInteger submitted = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  public TraceReplay(String bootstrapServers, String registryUrl, String prefix) {
    this.prefix = prefix;
    this.serdes = SluiceSerdes.create(Map.of("schema.registry.url", registryUrl));
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "0"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Puts a tenant on a plan. */
  public void plan(String tenant, String plan) {
    send(Topics.TENANTS, tenant, TenantLimits.newBuilder().setTenant(tenant).setPlan(plan).build());
  }

  /**
   * Submits all runs, each at its time from now; blocks until the last is sent.
   *
   * @param suffix added to every run id, so that a trace can be replayed again
   */
  public void replay(List<TraceRun> runs, String suffix) throws InterruptedException {
    long start = System.nanoTime();
    for (var run : runs.stream().sorted(Comparator.comparingLong(TraceRun::atMs)).toList()) {
      long due = start + TimeUnit.MILLISECONDS.toNanos(run.atMs()) - System.nanoTime();
      if (due > 0) {
        TimeUnit.NANOSECONDS.sleep(due);
      }
      submit(run, suffix);
    }
    producer.flush();
  }

  private void submit(TraceRun run, String suffix) {
    var input =
        "{\"model_ms\":%d,\"prompt_tokens\":%d,\"output_tokens\":%d}"
            .formatted(run.modelMs(), run.promptTokens(), run.outputTokens());
    send(
        Topics.RUNS,
        run.tenant(),
        RunSubmitted.newBuilder()
            .setRunId(run.runId() + suffix)
            .setTenant(run.tenant())
            .setAgent("trace")
            .setInput(ByteBuffer.wrap(input.getBytes(StandardCharsets.UTF_8)))
            .build());
  }

  @SuppressWarnings("unchecked") // the serializer is of the record's own class
  private <T extends SpecificRecord> void send(String topic, String tenant, T record) {
    var name = prefix + topic;
    byte[] value = serdes.serializer((Class<T>) record.getClass()).serialize(name, record);
    producer.send(
        new ProducerRecord<>(name, tenant.getBytes(StandardCharsets.UTF_8), value),
        (metadata, failure) -> {
          var count = failure == null ? submitted : failed;
          if (topic.equals(Topics.RUNS)) {
            count.incrementAndGet();
          }
        });
  }

  /** Submissions that Kafka has acknowledged. */
  public int submitted() {
    return submitted.get();
  }

  /** Submissions that Kafka has not taken. */
  public int failed() {
    return failed.get();
  }

  @Override
  public void close() {
    producer.close();
  }
}
