package dev.sluice.topology.gate;

import dev.sluice.admission.Cause;
import dev.sluice.admission.Gate;
import dev.sluice.schemas.Topics;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One gate partition: reads a record, asks the core, performs the effects. When a transaction is
 * aborted Kafka Streams makes a new task, and with it a new core from what was committed.
 */
final class GateProcessor extends ContextualProcessor<byte[], byte[], Outgoing, Outgoing> {
  private static final Duration MEASURE_EVERY = Duration.ofSeconds(1);

  private final GateParts parts;
  private final EffectWriter writer;
  private final UserRecords users;
  private final WorkerRecords workers;
  private @Nullable Gate gate;

  GateProcessor(GateParts parts) {
    this.parts = parts;
    writer =
        new EffectWriter(
            parts.serdes(), parts.config().prefix(), parts.config().core().leaseTtlMs());
    users = new UserRecords(parts.serdes(), parts.partitions());
    workers = new WorkerRecords(parts.serdes());
  }

  @Override
  public void init(
      org.apache.kafka.streams.processor.api.ProcessorContext<Outgoing, Outgoing> context) {
    super.init(context);
    var stores = new GateStores(context, parts.config().duplicateWindow());
    var core = parts.config().core();
    gate = Gate.restore(core, stores, stores, stores, parts.build());
    int partition = context.taskId().partition();
    parts.owned().add(partition);
    context.schedule(
        MEASURE_EVERY,
        PunctuationType.WALL_CLOCK_TIME,
        now -> parts.measures().publish(partition, core().depths(), core().liveRuns(), now));
  }

  private Gate core() {
    return Objects.requireNonNull(gate, "the task has not started");
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    var at = context().recordMetadata().orElseThrow();
    var cause = new Cause(at.topic(), at.partition(), at.offset(), record.timestamp());
    var in = read(record, cause);
    parts.measures().countRead();
    if (in.event() == null) {
      return;
    }
    var source = new EffectWriter.Source(cause, record.key(), record.value(), record.headers(), in);
    for (var effect : core().apply(in.event(), cause)) {
      writer.perform(
          effect, source, (outgoing, headers) -> forward(outgoing, headers, record.timestamp()));
    }
  }

  private Inbound read(Record<byte[], byte[]> record, Cause cause) {
    var topic = cause.topic().substring(parts.config().prefix().length());
    return switch (topic) {
      case Topics.RUNS, Topics.SUBMISSIONS ->
          users.submission(record.value(), record.headers(), cause);
      case Topics.COMMANDS -> users.command(record.value(), record.headers(), cause);
      case Topics.TENANTS -> users.tenant(record.key(), record.value(), record.headers(), cause);
      case Topics.CLAIMS -> workers.answer(record.value(), cause);
      case Topics.PROGRESS -> workers.progress(record.value(), cause);
      case Topics.JOURNAL -> workers.journal(record.key(), record.value(), cause);
      default -> throw new IllegalStateException("the gate does not read " + cause.topic());
    };
  }

  private void forward(Outgoing outgoing, Headers headers, long timestamp) {
    context().forward(new Record<>(outgoing, outgoing, timestamp, headers));
  }

  @Override
  public void close() {
    int partition = context().taskId().partition();
    parts.owned().remove(partition);
    parts.measures().forget(partition);
  }
}
