package dev.sluice.topology.gate.inbound;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.topology.gate.topic.TopicSettings;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.Gone;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Notice;
import dev.sluice.v1.PoolShare;
import dev.sluice.v1.Progress;
import dev.sluice.v1.Tick;
import dev.sluice.v1.TopicState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Reads records of runners, their supervisors, the clock and the gate itself. */
public final class WorkerRecords {
  private final ToIntFunction<String> dispatchPartitions;
  private final InternalRecords internal;
  private final InternalRecords.Reader<DispatchAnswer> answers;
  private final InternalRecords.Reader<Progress> progress;
  private final InternalRecords.Reader<JournalRecord> journal;
  private Needs lastNeeds = Needs.NONE;

  /**
   * Reads with these serdes.
   *
   * @param dispatchPartitions how many partitions the dispatch topic of a pool has
   */
  public WorkerRecords(
      SluiceSerdes serdes, InternalRecords internal, ToIntFunction<String> dispatchPartitions) {
    this.internal = internal;
    this.dispatchPartitions = dispatchPartitions;
    answers = InternalRecords.Reader.of(serdes, DispatchAnswer.class);
    progress = InternalRecords.Reader.of(serdes, Progress.class);
    journal = InternalRecords.Reader.of(serdes, JournalRecord.class);
  }

  // --- claims

  public Inbound answer(byte @Nullable [] value, Cause cause) {
    return InternalRecords.read(
        () -> {
          var answer = internal.value(answers, cause.topic(), value);
          return answer == null ? null : Inbound.of(answered(answer));
        });
  }

  private static GateEvent answered(DispatchAnswer answer) {
    return new GateEvent.Answered(
        new RunKey(answer.getTenant(), answer.getRunId()),
        answer.getEpoch(),
        GateEvent.Answer.valueOf(answer.getKind().name()),
        new Incarnation(answer.getIncarnation()),
        answer.getHeartbeat());
  }

  // --- progress

  public Inbound progress(byte @Nullable [] value, Cause cause) {
    return InternalRecords.read(
        () -> {
          var record = internal.value(progress, cause.topic(), value);
          return record == null ? null : Inbound.of(event(record.getEvent()));
        });
  }

  private GateEvent event(Object event) {
    return switch (event) {
      case Heartbeat heartbeat -> heartbeat(heartbeat);
      case Gone gone ->
          new GateEvent.Gone(new Incarnation(gone.getIncarnation()), gone.getReporter());
      case Tick tick ->
          new GateEvent.Tick(
              tick.getSender(),
              tick.getMonotonicMs(),
              tick.getInputsRead(),
              tick.getSettingsRead());
      case TopicState state -> TopicSettings.of(state).event();
      case Notice notice -> new GateEvent.Noticed(notice.getText());
      default -> throw new IllegalArgumentException("unknown progress " + event.getClass());
    };
  }

  private GateEvent heartbeat(Heartbeat heartbeat) {
    Map<String, Set<Integer>> partitions = new HashMap<>();
    heartbeat.getPools().forEach(share -> partitions.put(share.getPool(), partitions(share)));
    return new GateEvent.Heartbeat(
        new Incarnation(heartbeat.getIncarnation()),
        heartbeat.getNumber(),
        partitions,
        new HashSet<>(heartbeat.getAgents()),
        heartbeat.getSlots(),
        heartbeat.getFree(),
        held(heartbeat),
        stopping(heartbeat),
        abilities(heartbeat));
  }

  private static Abilities abilities(Heartbeat heartbeat) {
    var versions = new HashMap<String, List<String>>();
    for (var one : heartbeat.getVersions()) {
      var all = new LinkedHashSet<String>();
      all.add(one.getVersion());
      all.addAll(one.getReplays());
      versions.put(one.getAgent(), List.copyOf(all));
    }
    return new Abilities(versions, heartbeat.getJournalFormat());
  }

  private static Set<GateEvent.Heartbeat.Lease> stopping(Heartbeat heartbeat) {
    var leases = new HashSet<GateEvent.Heartbeat.Lease>();
    for (var run : heartbeat.getStopping()) {
      var key = new RunKey(run.getTenant(), run.getRunId());
      leases.add(new GateEvent.Heartbeat.Lease(key, run.getEpoch()));
    }
    return leases;
  }

  /** A dispatch to a partition that there is not could not be sent. */
  private Set<Integer> partitions(PoolShare share) {
    int most = dispatchPartitions.applyAsInt(share.getPool());
    var there = new HashSet<>(share.getPartitions());
    there.removeIf(partition -> partition < 0 || partition >= most);
    return there;
  }

  private static @Nullable Set<RunKey> held(Heartbeat heartbeat) {
    if (heartbeat.getHeld() == null) {
      return null;
    }
    var held = new HashSet<RunKey>();
    heartbeat.getHeld().forEach(run -> held.add(new RunKey(run.getTenant(), run.getRunId())));
    return held;
  }

  // --- journal

  /** A tombstone says nothing; what the gate wrote itself is known by its key. */
  public Inbound journal(byte @Nullable [] key, byte @Nullable [] value, Cause cause) {
    if (value == null) {
      return Inbound.nothing();
    }
    return InternalRecords.read(
        () ->
            switch (JournalKey.parse(key == null ? new byte[0] : key)) {
              case JournalKey.Input input ->
                  Inbound.of(new GateEvent.InputRead(new RunKey(input.tenant(), input.run())));
              case JournalKey.Fence fence ->
                  Inbound.of(
                      new GateEvent.FenceRead(
                          new RunKey(fence.tenant(), fence.run()), fence.epoch()));
              case JournalKey.Signal signal ->
                  Inbound.of(
                      new GateEvent.SignalRead(
                          new RunKey(signal.tenant(), signal.run()),
                          signal.name(),
                          signal.number()));
              case JournalKey.Entry entry -> entry(entry, value, cause);
            });
  }

  private @Nullable Inbound entry(JournalKey.Entry key, byte[] value, Cause cause) {
    var record = internal.value(journal, cause.topic(), value);
    if (record == null) {
      return null;
    }
    if (!isOf(key, record)) {
      return InternalRecords.foreign("the record under " + key.text() + " says that it is another");
    }
    var event =
        new GateEvent.Journaled(
            new RunKey(key.tenant(), key.run()),
            key.epoch(),
            new Incarnation(key.incarnation()),
            key.seq(),
            value.length,
            JournalEntries.of(record.getEntry()),
            needs(record));
    return Inbound.of(event, record);
  }

  /** Most records are of the code that wrote the one before: runs share what they need. */
  private Needs needs(JournalRecord record) {
    var needs = JournalEntries.needs(record);
    if (!needs.equals(lastNeeds)) {
      lastNeeds = needs;
    }
    return lastNeeds;
  }

  private static boolean isOf(JournalKey.Entry key, JournalRecord record) {
    return key.equals(
        new JournalKey.Entry(
            record.getTenant(),
            record.getRunId(),
            record.getEpoch(),
            record.getIncarnation(),
            record.getSeq()));
  }
}
