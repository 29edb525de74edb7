package dev.sluice.topology.gate.outbound;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.RunKey;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.EmittedChunks;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.topology.gate.inbound.Inbound;
import dev.sluice.topology.gate.inbound.Oversize;
import dev.sluice.topology.gate.inbound.TraceHeaders;
import dev.sluice.topology.gate.parking.FirstAppend;
import dev.sluice.topology.gate.parking.Parking;
import dev.sluice.v1.Control;
import dev.sluice.v1.ControlKind;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Turns effects into records. */
public final class EffectWriter {
  private static final String GATE = "gate";

  /** The record that is being decided on, as it came. */
  public record Source(
      Cause cause, byte @Nullable [] key, byte @Nullable [] value, Headers headers, Inbound in) {}

  /** Where the records go. */
  public interface Out {
    void send(Outgoing record, Headers headers);
  }

  private final String prefix;
  private final int partitions;
  private final SizeLimits limits;
  private final boolean completionsJson;
  private final Serializer<JournalRecord> journal;
  private final Serializer<Dispatch> dispatches;
  private final Serializer<RunCompleted> completions;
  private final Serializer<Decision> decisions;
  private final Serializer<DeadLetter> deadLetters;
  private final Serializer<Control> controls;
  private final InForceRecords inForce;

  /**
   * A writer of one task.
   *
   * @param partitions of the gate
   * @param completionsJson whether ends are written as JSON, too
   */
  public EffectWriter(
      SluiceSerdes serdes,
      String prefix,
      int partitions,
      SizeLimits limits,
      boolean completionsJson) {
    this.limits = limits;
    this.prefix = prefix;
    this.partitions = partitions;
    this.completionsJson = completionsJson;
    journal = serdes.serializer(JournalRecord.class);
    dispatches = serdes.serializer(Dispatch.class);
    completions = serdes.serializer(RunCompleted.class);
    decisions = serdes.serializer(Decision.class);
    deadLetters = serdes.serializer(DeadLetter.class);
    controls = serdes.serializer(Control.class);
    inForce = new InForceRecords(serdes, prefix);
  }

  public void perform(GateEffect effect, Source source, Out out) {
    int home = source.cause().partition();
    switch (effect) {
      case GateEffect.AppendInput input -> appendInput(input, source, out);
      case GateEffect.AppendFence fence -> appendFence(fence, home, out);
      case GateEffect.AppendSignal signal -> appendSignal(signal, source, out);
      case GateEffect.Forget forget -> wipe(key(forget), home, out);
      case GateEffect.ForgetSignal forget -> wipe(key(forget), home, out);
      case GateEffect.Tombstone tombstone ->
          out.send(
              new Outgoing(source.cause().topic(), home, source.key(), null), new RecordHeaders());
      case GateEffect.Reroute reroute -> reroute(reroute, source, out);
      case GateEffect.Park park -> park(source, out);
      case GateEffect.RestoreTenant restore -> inForce.append(restore, source, out);
      case GateEffect.RestoreSetting restore -> inForce.append(restore, source, out);
      case GateEffect.Dispatch dispatch -> {
        var run = dispatch.run();
        var topic = Topics.dispatch(run.spec().pool());
        var record = DispatchRecords.of(dispatch, source);
        send(out, topic, dispatch.partition(), run.key().id(), dispatches, record);
      }
      case GateEffect.Complete complete ->
          complete(completed(complete, source), headers(complete, source), home, out);
      case GateEffect.DeadLetterRun dead ->
          send(
              out, Topics.DEAD_LETTERS, home, dead.run().tenant(), deadLetters, dead(dead, source));
      case GateEffect.DeadLetterRecord dead ->
          send(out, Topics.DEAD_LETTERS, home, "", deadLetters, unreadable(dead, source));
      case GateEffect.DeadLetterState dead ->
          send(out, Topics.DEAD_LETTERS, home, "", deadLetters, unreadable(dead.damage(), source));
      case GateEffect.RereadTenant reread -> {} // the processor has it read when the turn is kept
      case GateEffect.Control control ->
          send(out, Topics.CONTROL, 0, control.worker().value(), controls, control(control));
      case GateEffect.Decide decide ->
          send(
              out,
              Topics.DECISIONS,
              home,
              decide.tenant(),
              decisions,
              DecisionRecords.of(decide, source.cause(), prefix));
    }
  }

  private <T extends SpecificRecord> void send(
      Out out, String topic, int partition, String key, Serializer<T> serializer, T record) {
    out.send(outgoing(topic, partition, key, serializer, record), new RecordHeaders());
  }

  private <T extends SpecificRecord> Outgoing outgoing(
      String topic, int partition, String key, Serializer<T> serializer, T record) {
    var name = prefix + topic;
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    return new Outgoing(name, partition, keyBytes, serializer.serialize(name, record));
  }

  // --- journal

  private void appendInput(GateEffect.AppendInput input, Source source, Out out) {
    var entry = new InputEntry(submission(source), input.origin().appendMs());
    var key = new JournalKey.Input(input.run().tenant(), input.run().id());
    append(key, input.run(), 0, entry, source.cause().partition(), out);
  }

  private void appendFence(GateEffect.AppendFence fence, int home, Out out) {
    var key = new JournalKey.Fence(fence.run().tenant(), fence.run().id(), fence.epoch());
    append(key, fence.run(), fence.epoch(), new FenceEntry(fence.reason()), home, out);
  }

  private void appendSignal(GateEffect.AppendSignal signal, Source source, Out out) {
    var run = signal.run();
    var key = new JournalKey.Signal(run.tenant(), run.id(), signal.name(), signal.number());
    append(key, run, 0, SignalRecords.of(signal, source), source.cause().partition(), out);
  }

  private static JournalKey key(GateEffect.Forget forget) {
    return new JournalKey.Entry(
        forget.run().tenant(),
        forget.run().id(),
        forget.epoch(),
        forget.writer().value(),
        forget.seq());
  }

  private static JournalKey key(GateEffect.ForgetSignal forget) {
    return new JournalKey.Signal(
        forget.run().tenant(), forget.run().id(), forget.name(), forget.number());
  }

  private void wipe(JournalKey key, int partition, Out out) {
    byte[] text = key.text().getBytes(StandardCharsets.UTF_8);
    out.send(new Outgoing(prefix + Topics.JOURNAL, partition, text, null), new RecordHeaders());
  }

  private void append(JournalKey key, RunKey run, int epoch, Object entry, int partition, Out out) {
    var record = new JournalRecord(run.tenant(), run.id(), epoch, GATE, 0, "", entry, null);
    send(out, Topics.JOURNAL, partition, key.text(), journal, record);
  }

  // --- re-routing

  /** A misplaced tenant's record is wiped where it lay: there it would stand forever. */
  private void reroute(GateEffect.Reroute reroute, Source source, Out out) {
    var cause = source.cause();
    byte[] key = reroute.tenant().getBytes(StandardCharsets.UTF_8);
    var headers = FirstAppend.keep(source.headers(), cause);
    byte[] value = source.value();
    if (value != null
        && value.length > Oversize.MAX_BYTES
        && source.in().event() instanceof GateEvent.Misplaced submission) {
      value = Oversize.stub(submission, value.length, headers);
    }
    out.send(new Outgoing(target(cause.topic()), reroute.home(), key, value), headers);
    if (cause.topic().equals(prefix + Topics.TENANTS)) {
      out.send(new Outgoing(cause.topic(), cause.partition(), source.key(), null), headers);
    }
  }

  /** The partition is the record's own, or one that {@code lookups} has. */
  private void park(Source source, Out out) {
    var cause = source.cause();
    var topic = cause.topic().substring(prefix.length());
    var to =
        new Outgoing(
            prefix + Topics.LOOKUPS, cause.partition() % partitions, source.key(), source.value());
    out.send(to, Parking.parked(source.headers(), cause, topic));
  }

  /** A submission goes where no stranger's open transaction can hold it up a second time. */
  private String target(String topic) {
    return topic.equals(prefix + Topics.RUNS) ? prefix + Topics.SUBMISSIONS : topic;
  }

  public static RunSubmitted submission(Source source) {
    return Objects.requireNonNull(source.in().submission(), "the record is no submission");
  }

  // --- ends

  private void complete(RunCompleted completed, Headers headers, int home, Out out) {
    out.send(
        outgoing(Topics.COMPLETIONS, home, completed.getTenant(), completions, completed), headers);
    if (completionsJson) {
      completeAsJson(completed, headers, home, out);
    }
  }

  /** A topic that takes less than it was made with costs outputs here, and no run its end. */
  private void completeAsJson(RunCompleted completed, Headers headers, int home, Out out) {
    var name = prefix + Topics.COMPLETIONS_JSON;
    byte[] key = completed.getTenant().getBytes(StandardCharsets.UTF_8);
    for (boolean withOutput : new boolean[] {true, false}) {
      var record = new Outgoing(name, home, key, CompletionJson.of(completed, withOutput));
      if (limits.takes(record, headers)) {
        out.send(record, headers);
        return;
      }
    }
  }

  /**
   * The span in which the run was asked for, and how many chunks the epoch emitted with whose end
   * it ends, for those who watch.
   */
  private static Headers headers(GateEffect.Complete effect, Source source) {
    var headers = TraceHeaders.of(effect.traceparent());
    var record = source.in().journal();
    if (record != null
        && record.getEntry() instanceof EndEntry
        && record.getRunId().equals(effect.run().id())
        && record.getTenant().equals(effect.run().tenant())) {
      EmittedChunks.read(source.headers())
          .ifPresent(count -> headers.add(EmittedChunks.HEADER, EmittedChunks.header(count)));
    }
    return headers;
  }

  private static RunCompleted completed(GateEffect.Complete effect, Source source) {
    var end = effect.outputFromRecord() ? end(source) : null;
    return RunCompleted.newBuilder()
        .setRunId(effect.run().id())
        .setTenant(effect.run().tenant())
        .setAgent(effect.agent())
        .setStatus(RunStatus.valueOf(effect.outcome().name()))
        .setOutput(end == null ? null : end.getOutput())
        .setContentType(end == null ? "application/json" : end.getContentType())
        .setError(error(effect.failure(), effect.run(), source))
        .setSubmittedAtMs(effect.submittedAtMs())
        .setStartedAtMs(effect.startedAtMs())
        .setCompletedAtMs(effect.completedAtMs())
        .setEpochs(effect.epochs())
        .setAttempts(effect.attempts())
        .setSteps(effect.steps())
        .setCharged(effect.charged())
        .setLabels(effect.labels())
        .setParentRunId(effect.kin().parent())
        .setRootRunId(effect.kin().root())
        .setRedrive(effect.redrive())
        .setRetryable(effect.isRetryable())
        .build();
  }

  private static EndEntry end(Source source) {
    var record = Objects.requireNonNull(source.in().journal(), "the record is no journal record");
    return (EndEntry) record.getEntry();
  }

  static @Nullable RunError error(@Nullable Failure failure) {
    return failure == null ? null : error(failure, null);
  }

  private static RunError error(Failure failure, @Nullable String trace) {
    return new RunError(failure.type(), failure.message(), failure.step(), trace);
  }

  /** With the trace that the record in hand has: the core keeps none of what it would not use. */
  private static @Nullable RunError error(@Nullable Failure failure, RunKey run, Source source) {
    if (failure == null) {
      return null;
    }
    var written = StackTraces.of(source.in().journal(), run);
    return written != null && written.type().equals(failure.type())
        ? error(failure, written.text())
        : error(failure, null);
  }

  private DeadLetter dead(GateEffect.DeadLetterRun effect, Source source) {
    return deadLetter(DeadLetterKind.DEAD_RUN, effect.failure().type(), source)
        .setTenant(effect.run().tenant())
        .setRunId(effect.run().id())
        .setAgent(effect.agent())
        .setError(error(effect.failure(), effect.run(), source))
        .setAttempts(effect.attempts())
        .build();
  }

  private DeadLetter unreadable(GateEffect.DeadLetterRecord effect, Source source) {
    byte[] value = source.value() == null ? new byte[0] : source.value();
    return deadLetter(DeadLetterKind.UNREADABLE, effect.reason(), source)
        .setKey(source.key() == null ? null : firstBytes(source.key()))
        .setPayload(firstBytes(value))
        .setPayloadSize(value.length)
        .setStackTrace(effect.trace().isEmpty() ? null : effect.trace())
        .build();
  }

  /** An entry of the gate's state has no offset; the record is the one it was found at. */
  private DeadLetter unreadable(Damage damage, Source source) {
    var run = damage.run();
    return deadLetter(DeadLetterKind.UNREADABLE, damage.text(), source)
        .setTopic("state")
        .setOffset(-1)
        .setTenant(run == null ? null : run.tenant())
        .setRunId(run == null ? null : run.id())
        .setKey(ByteBuffer.wrap(damage.name().getBytes(StandardCharsets.UTF_8)))
        .setPayload(damage.bytes().duplicate())
        .setPayloadSize(damage.bytes().remaining())
        .build();
  }

  private ByteBuffer firstBytes(byte[] bytes) {
    return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, limits.keptBytes()));
  }

  private DeadLetter.Builder deadLetter(DeadLetterKind kind, String reason, Source source) {
    var cause = source.cause();
    var headers = source.headers();
    var lay = Parking.verdict(headers).isEmpty() ? null : Parking.lay(headers, cause, prefix);
    return DeadLetter.newBuilder()
        .setKind(kind)
        .setReason(reason)
        .setTopic(lay == null ? cause.topic() : lay.topic())
        .setPartition(lay == null ? cause.partition() : lay.partition())
        .setOffset(lay == null ? cause.offset() : lay.offset())
        .setAtMs(cause.appendMs());
  }

  private static Control control(GateEffect.Control effect) {
    return new Control(
        effect.worker().value(),
        effect.run().tenant(),
        effect.run().id(),
        effect.epoch(),
        ControlKind.valueOf(effect.kind().name()),
        effect.reason());
  }
}
