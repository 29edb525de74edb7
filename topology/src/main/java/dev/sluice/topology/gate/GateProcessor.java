package dev.sluice.topology.gate;

import dev.sluice.admission.Gate;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.EnvironmentException;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.contract.Failures;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.topology.gate.inbound.Inbound;
import dev.sluice.topology.gate.inbound.InternalRecords;
import dev.sluice.topology.gate.inbound.SettingRecords;
import dev.sluice.topology.gate.inbound.UserRecords;
import dev.sluice.topology.gate.inbound.WorkerRecords;
import dev.sluice.topology.gate.outbound.EffectWriter;
import dev.sluice.topology.gate.outbound.Outgoing;
import dev.sluice.topology.gate.outbound.SizeLimits;
import dev.sluice.topology.gate.store.GateStores;
import dev.sluice.topology.gate.store.RecentIdStore;
import dev.sluice.topology.gate.store.StateReader;
import dev.sluice.topology.gate.store.StateWriter;
import dev.sluice.topology.gate.topic.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One gate partition: reads a record, calls the core, and performs all effects of each of its
 * turns, or none of them. When a transaction is aborted, Kafka Streams creates a new task, and with
 * it a new core from the committed state.
 */
final class GateProcessor extends ContextualProcessor<byte[], byte[], Outgoing, Outgoing> {
  private static final QuietLog LOG = QuietLog.of(GateProcessor.class);
  private static final Duration MEASURE_EVERY = Duration.ofSeconds(1);

  private final GateParts parts;
  private final FairIntake intake;
  private final SizeLimits limits;
  private final EffectWriter writer;
  private final UserRecords users;
  private final WorkerRecords workers;
  private final SettingRecords settings;
  private @Nullable Gate gate;

  /** Whether the record just read has dispatched a run: then a worker waits for the commit. */
  private boolean dispatches;

  GateProcessor(GateParts parts, FairIntake intake) {
    this.parts = parts;
    this.intake = intake;
    limits = new SizeLimits(parts.config().prefix());
    var config = parts.config();
    writer =
        new EffectWriter(
            parts.serdes(), config.prefix(), parts.partitions(), limits, config.completionsJson());
    users = new UserRecords(parts.serdes(), parts.partitions());
    var internal = new InternalRecords(parts.schemas());
    workers = new WorkerRecords(parts.serdes(), internal, parts.dispatchPartitions());
    settings = new SettingRecords(parts.serdes(), internal, parts.partitions());
  }

  @Override
  public void init(
      org.apache.kafka.streams.processor.api.ProcessorContext<Outgoing, Outgoing> context) {
    super.init(context);
    var stores = new GateStores(context);
    var recent = new RecentIdStore(context, parts.config().duplicateWindow());
    var core = parts.config().core();
    int partition = context.taskId().partition();
    var topics = parts.topics().start(partition);
    limits.set(topics.limits());
    var log = new StateWriter(stores, limits::entryBytes);
    var build = parts.build() + ", " + parts.partitions() + " partitions, " + topics.text() + ",";
    var restored = Gate.restore(core, new StateReader(stores), log, recent, build);
    restored.mayDispatch(topics.mayDispatch());
    restored.partitions(parts.partitions());
    gate = restored;
    if (partition < parts.partitions()) { // beyond them no time passes: there are no tenants
      parts.owned().add(partition);
    }
    context.schedule(
        MEASURE_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> measure(partition, now));
  }

  /** What cannot be measured stops nobody. */
  private void measure(int partition, long nowMs) {
    try {
      parts.pools().accept(partition, core().pools());
      var depths = core().depths(parts.config().measuredTenants());
      parts.measures().publish(partition, depths, core().liveRuns(), core().brakedRuns(), nowMs);
    } catch (RuntimeException e) {
      LOG.error("Partition {} cannot be measured", partition, e);
    }
  }

  private Gate core() {
    return Objects.requireNonNull(gate, "the task has not started");
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    var at = context().recordMetadata().orElseThrow();
    var cause = new Cause(at.topic(), at.partition(), at.offset(), intake.take(at));
    var in = contained(record, cause);
    parts.measures().countRead();
    if (in.event() == null) {
      return;
    }
    if (in.event() instanceof GateEvent.TopicsChanged changed) {
      limits.set(changed.limits());
      parts.topics().change(cause.partition(), TopicSettings.of(changed));
    }
    var source = new EffectWriter.Source(cause, record.key(), record.value(), record.headers(), in);
    dispatches = false;
    core().apply(in.event(), cause, effects -> prepare(effects, source, cause.appendMs()));
    if (dispatches && parts.pace().mayCommitNow()) {
      context().commit();
    }
  }

  /** What our own code fails to read is set aside like what nobody could read. */
  private Inbound contained(Record<byte[], byte[]> record, Cause cause) {
    try {
      return read(record, cause);
    } catch (RuntimeException | Error e) {
      if (Failures.isFatal(e) || isEnvironments(e)) {
        throw e;
      }
      LOG.error(
          "Record {} of {}-{} is set aside", cause.offset(), cause.topic(), cause.partition(), e);
      return failed(record.key(), cause, e);
    }
  }

  /** Limits and settings are refused, so that compaction keeps what is in force. */
  private Inbound failed(byte @Nullable [] key, Cause cause, Throwable failure) {
    var topic = cause.topic().substring(parts.config().prefix().length());
    var refused =
        switch (topic) {
          case Topics.TENANTS -> users.failedLimits(key, cause, failure);
          case Topics.SETTINGS -> SettingRecords.failed(key, failure);
          default -> null;
        };
    return refused == null ? Inbound.of(GateEvent.Unreadable.because(failure)) : refused;
  }

  private static boolean isEnvironments(Throwable failure) {
    return failure instanceof SerdeException serde
        && serde.kind() == SerdeException.Kind.REGISTRY_DOWN;
  }

  private Runnable prepare(List<GateEffect> effects, EffectWriter.Source source, long timestamp) {
    var sends = new ArrayList<Runnable>(effects.size());
    try {
      for (var effect : effects) {
        writer.perform(
            effect,
            source,
            (outgoing, headers) -> {
              limits.check(outgoing, headers);
              sends.add(() -> forward(outgoing, headers, timestamp));
            });
        if (effect instanceof GateEffect.Dispatch) {
          sends.add(() -> dispatches = true);
        }
        if (effect instanceof GateEffect.RereadTenant reread) {
          sends.add(() -> parts.reread().accept(reread.tenant()));
        }
        sends.add(() -> parts.measures().count(effect));
        logFailure(effect, source.cause());
      }
    } catch (SerdeException e) {
      throw isEnvironments(e) ? new EnvironmentException("records cannot be written now", e) : e;
    }
    return () -> sends.forEach(Runnable::run);
  }

  private static void logFailure(GateEffect effect, Cause cause) {
    if (effect instanceof GateEffect.DeadLetterRecord dead && !dead.trace().isEmpty()) {
      LOG.error(
          "{} ({}-{} at {})\n{}",
          dead.reason(),
          cause.topic(),
          cause.partition(),
          cause.offset(),
          dead.trace());
    }
  }

  private Inbound read(Record<byte[], byte[]> record, Cause cause) {
    var topic = cause.topic().substring(parts.config().prefix().length());
    return switch (topic) {
      case Topics.RUNS, Topics.SUBMISSIONS ->
          users.submission(record.value(), record.headers(), cause);
      case Topics.COMMANDS -> users.command(record.value(), record.headers(), cause);
      case Topics.TENANTS -> users.tenant(record.key(), record.value(), record.headers(), cause);
      case Topics.SETTINGS ->
          settings.setting(record.key(), record.value(), record.headers(), cause);
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
    parts.topics().stop(partition);
    parts.measures().forget(partition);
  }
}
