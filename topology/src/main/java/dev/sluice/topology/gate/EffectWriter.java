package dev.sluice.topology.gate;

import dev.sluice.admission.Cause;
import dev.sluice.admission.Failure;
import dev.sluice.admission.GateEffect;
import dev.sluice.admission.GateEvent;
import dev.sluice.admission.RunKey;
import dev.sluice.admission.TenantLoad;
import dev.sluice.schemas.JournalKey;
import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.schemas.Topics;
import dev.sluice.v1.Control;
import dev.sluice.v1.ControlKind;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.RunSummary;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Turns effects into records. */
final class EffectWriter {
  /** The most that a dead letter keeps of what could not be read, in bytes. */
  static final int MAX_KEPT_BYTES = 64 * 1024;

  private static final String GATE = "gate";

  /** The record that is being decided on, as it came. */
  record Source(
      Cause cause, byte @Nullable [] key, byte @Nullable [] value, Headers headers, Inbound in) {}

  /** Where the records go. */
  interface Out {
    void send(Outgoing record, Headers headers);
  }

  private final String prefix;
  private final long leaseTtlMs;
  private final Serializer<JournalRecord> journal;
  private final Serializer<Dispatch> dispatches;
  private final Serializer<RunCompleted> completions;
  private final Serializer<Decision> decisions;
  private final Serializer<DeadLetter> deadLetters;
  private final Serializer<Control> controls;

  EffectWriter(SluiceSerdes serdes, String prefix, long leaseTtlMs) {
    this.prefix = prefix;
    this.leaseTtlMs = leaseTtlMs;
    journal = serdes.serializer(JournalRecord.class);
    dispatches = serdes.serializer(Dispatch.class);
    completions = serdes.serializer(RunCompleted.class);
    decisions = serdes.serializer(Decision.class);
    deadLetters = serdes.serializer(DeadLetter.class);
    controls = serdes.serializer(Control.class);
  }

  void perform(GateEffect effect, Source source, Out out) {
    int home = source.cause().partition();
    switch (effect) {
      case GateEffect.AppendInput input -> appendInput(input, source, out);
      case GateEffect.AppendFence fence -> appendFence(fence, home, out);
      case GateEffect.Tombstone tombstone ->
          out.send(
              new Outgoing(source.cause().topic(), home, source.key(), null), new RecordHeaders());
      case GateEffect.Reroute reroute -> reroute(reroute, source, out);
      case GateEffect.Dispatch dispatch -> dispatch(dispatch, source, out);
      case GateEffect.Complete complete ->
          send(
              out,
              Topics.COMPLETIONS,
              home,
              complete.run().tenant(),
              completions,
              completed(complete, source));
      case GateEffect.DeadLetterRun dead ->
          send(
              out, Topics.DEAD_LETTERS, home, dead.run().tenant(), deadLetters, dead(dead, source));
      case GateEffect.DeadLetterRecord dead ->
          send(out, Topics.DEAD_LETTERS, home, "", deadLetters, unreadable(dead, source));
      case GateEffect.Control control ->
          send(out, Topics.CONTROL, 0, null, controls, control(control));
      case GateEffect.Decide decide ->
          send(out, Topics.DECISIONS, home, decide.tenant(), decisions, decision(decide, source));
    }
  }

  private <T extends SpecificRecord> void send(
      Out out,
      String topic,
      int partition,
      @Nullable String key,
      Serializer<T> serializer,
      T record) {
    var name = prefix + topic;
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    out.send(
        new Outgoing(name, partition, keyBytes, serializer.serialize(name, record)),
        new RecordHeaders());
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

  private void append(JournalKey key, RunKey run, int epoch, Object entry, int partition, Out out) {
    var record = new JournalRecord(run.tenant(), run.id(), epoch, GATE, 0, "", entry);
    send(out, Topics.JOURNAL, partition, key.text(), journal, record);
  }

  // --- re-routing

  /** A misplaced tenant's record is wiped where it lay: there it would stand for ever. */
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
    out.send(new Outgoing(cause.topic(), reroute.home(), key, value), headers);
    if (cause.topic().equals(prefix + Topics.TENANTS)) {
      out.send(new Outgoing(cause.topic(), cause.partition(), source.key(), null), headers);
    }
  }

  // --- dispatch

  private void dispatch(GateEffect.Dispatch effect, Source source, Out out) {
    var run = effect.run();
    List<JournalPosition> replay = new ArrayList<>(effect.steps().size());
    for (int i = 0; i < effect.steps().size(); i++) {
      replay.add(new JournalPosition(i + 1, effect.steps().get(i), -1L, null));
    }
    var dispatch =
        Dispatch.newBuilder()
            .setTenant(run.key().tenant())
            .setRunId(run.key().id())
            .setEpoch(run.epoch())
            .setAttempt(run.attempt())
            .setAgent(run.spec().agent())
            .setPool(run.spec().pool())
            .setGatePartition(source.cause().partition())
            .setSubmission(effect.inline() ? submission(source) : null)
            .setInputOffset(run.inputOffset())
            .setReplay(replay)
            .setLeaseTtlMs(leaseTtlMs)
            .setSubmittedAtMs(run.origin().appendMs())
            .setDeadlineMs(effect.deadlineMs())
            .setMaxAttempts(effect.maxAttempts())
            .setMaxSteps(effect.maxSteps())
            .setTraceparent(run.spec().traceparent())
            .build();
    var topic = Topics.dispatch(run.spec().pool());
    send(out, topic, effect.partition(), run.key().id(), dispatches, dispatch);
  }

  private static RunSubmitted submission(Source source) {
    return Objects.requireNonNull(source.in().submission(), "the record is no submission");
  }

  // --- ends

  private static RunCompleted completed(GateEffect.Complete effect, Source source) {
    var end = effect.outputFromRecord() ? end(source) : null;
    return RunCompleted.newBuilder()
        .setRunId(effect.run().id())
        .setTenant(effect.run().tenant())
        .setAgent(effect.agent())
        .setStatus(RunStatus.valueOf(effect.outcome().name()))
        .setOutput(end == null ? null : end.getOutput())
        .setContentType(end == null ? "application/json" : end.getContentType())
        .setError(error(effect.failure()))
        .setSubmittedAtMs(effect.submittedAtMs())
        .setStartedAtMs(effect.startedAtMs())
        .setCompletedAtMs(effect.completedAtMs())
        .setEpochs(effect.epochs())
        .setAttempts(effect.attempts())
        .setSteps(effect.steps())
        .setCharged(effect.charged())
        .setLabels(effect.labels())
        .setRootRunId(effect.run().id())
        .build();
  }

  private static EndEntry end(Source source) {
    var record = Objects.requireNonNull(source.in().journal(), "the record is no journal record");
    return (EndEntry) record.getEntry();
  }

  private static @Nullable RunError error(@Nullable Failure failure) {
    return failure == null ? null : new RunError(failure.type(), failure.message(), failure.step());
  }

  private static DeadLetter dead(GateEffect.DeadLetterRun effect, Source source) {
    return deadLetter(DeadLetterKind.DEAD_RUN, effect.failure().type(), source)
        .setTenant(effect.run().tenant())
        .setRunId(effect.run().id())
        .setAgent(effect.agent())
        .setError(error(effect.failure()))
        .setAttempts(effect.attempts())
        .build();
  }

  private static DeadLetter unreadable(GateEffect.DeadLetterRecord effect, Source source) {
    byte[] value = source.value() == null ? new byte[0] : source.value();
    return deadLetter(DeadLetterKind.UNREADABLE, effect.reason(), source)
        .setKey(source.key() == null ? null : firstBytes(source.key()))
        .setPayload(firstBytes(value))
        .setPayloadSize(value.length)
        .build();
  }

  private static ByteBuffer firstBytes(byte[] bytes) {
    return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, MAX_KEPT_BYTES));
  }

  private static DeadLetter.Builder deadLetter(DeadLetterKind kind, String reason, Source source) {
    return DeadLetter.newBuilder()
        .setKind(kind)
        .setReason(reason)
        .setTopic(source.cause().topic())
        .setPartition(source.cause().partition())
        .setOffset(source.cause().offset())
        .setAtMs(source.cause().appendMs());
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

  // --- decisions

  private Decision decision(GateEffect.Decide effect, Source source) {
    return Decision.newBuilder()
        .setKind(DecisionKind.valueOf(effect.kind().name()))
        .setTenant(effect.tenant())
        .setRunId(effect.runId())
        .setEpoch(effect.epoch())
        .setReason(effect.reason())
        .setAtMs(source.cause().appendMs())
        .setCauseTopic(source.cause().topic().substring(prefix.length()))
        .setCausePartition(source.cause().partition())
        .setCauseOffset(source.cause().offset())
        .setIncarnation(effect.worker() == null ? null : effect.worker().value())
        .setDispatchPartition(effect.partition())
        .setWaitingFor(effect.waitingFor())
        .setUntilMs(effect.untilMs())
        .setAttempt(effect.attempt())
        .setSubmission(summary(effect.summary()))
        .setLoad(load(effect.load()))
        .build();
  }

  private static @Nullable RunSummary summary(GateEffect.@Nullable Accepted accepted) {
    return accepted == null
        ? null
        : new RunSummary(
            accepted.spec().agent(),
            accepted.spec().pool(),
            accepted.spec().priority(),
            accepted.spec().labels(),
            accepted.origin().appendMs(),
            accepted.spec().traceparent(),
            null,
            null,
            0,
            false);
  }

  private static dev.sluice.v1.@Nullable TenantLoad load(@Nullable TenantLoad load) {
    return load == null
        ? null
        : new dev.sluice.v1.TenantLoad(
            load.cap(),
            load.inFlight(),
            load.queued(),
            load.waiting(),
            load.paused(),
            load.weight());
  }
}
