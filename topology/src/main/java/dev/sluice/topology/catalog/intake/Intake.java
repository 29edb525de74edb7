package dev.sluice.topology.catalog.intake;

import dev.sluice.contract.BodyHashes;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.schemas.serde.JsonRecords;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.Changes;
import dev.sluice.topology.catalog.store.RunIndex;
import dev.sluice.topology.catalog.view.Progress;
import dev.sluice.topology.catalog.view.PublicJson;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.view.TenantView;
import dev.sluice.topology.catalog.view.UnreadableView;
import dev.sluice.topology.catalog.view.ViewCodec;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.TenantLimits;
import dev.sluice.v1.TenantLoad;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Applies the records of each topic to the views. */
final class Intake {
  private final CatalogParts parts;
  private final Deserializer<Decision> decisions;
  private final Deserializer<RunCompleted> completions;
  private final Deserializer<JournalRecord> journals;
  private final Deserializer<TenantLimits> limits;
  private final Deserializer<DeadLetter> deadLetters;
  private final SettingIntake settings;

  Intake(CatalogParts parts) {
    this.parts = parts;
    decisions = parts.serdes().deserializer(Decision.class);
    completions = parts.serdes().deserializer(RunCompleted.class);
    journals = parts.serdes().deserializer(JournalRecord.class);
    limits = parts.serdes().deserializer(TenantLimits.class);
    settings = new SettingIntake(parts);
    deadLetters = parts.serdes().deserializer(DeadLetter.class);
  }

  /**
   * Adds a record's changes.
   *
   * @return a run that has ended with this record, for whoever waits for it
   * @throws RuntimeException if the record cannot be taken in
   */
  @Nullable RunView take(Record<byte[], byte[]> record, RecordMetadata at, Changes changes) {
    var topic = at.topic().substring(parts.prefix().length());
    switch (topic) {
      case Topics.DECISIONS -> decided(read(decisions, at, record.value()), at, changes);
      case Topics.COMPLETIONS -> {
        return completed(read(completions, at, record.value()), changes);
      }
      case Topics.JOURNAL -> journaled(record, at, changes);
      case Topics.TENANTS -> limited(record, at, changes);
      case Topics.SETTINGS -> settings.set(record, at, changes);
      case Topics.DEAD_LETTERS -> died(read(deadLetters, at, record.value()), at, changes);
      default -> throw new IllegalStateException("the catalog does not read " + topic);
    }
    return null;
  }

  private static <T> T read(Deserializer<T> deserializer, RecordMetadata at, byte[] value) {
    var read = deserializer.deserialize(at.topic(), value);
    if (read == null) {
      throw new SerdeException(SerdeException.Kind.MALFORMED, "the record is empty", null);
    }
    return read;
  }

  private static void check(Optional<String> problem) {
    problem.ifPresent(
        what -> {
          throw new IllegalArgumentException(what);
        });
  }

  // --- decisions and completions

  private void decided(Decision decision, RecordMetadata at, Changes changes) {
    new Followed(changes, parts.aside()).read(decision, at, parts.gaps());
    if (!decision.getTenant().isEmpty()) {
      check(Names.tenantProblem(decision.getTenant()));
      if (decision.getLoad() != null) {
        loaded(decision, decision.getLoad(), at.offset(), changes);
      }
      if (decision.getRunId() != null && isAboutItsRun(decision)) {
        check(Names.anyRunIdProblem(decision.getRunId()));
        var view = view(decision.getTenant(), decision.getRunId(), changes);
        var after = view.after(decision, at.offset());
        if (!after.equals(view) && !isForgotten(decision, view)) {
          put(view, after, changes);
        }
      }
    }
    if (decision.getSetting() != null && decision.getCauseTopic().equals(Topics.SETTINGS)) {
      settings.decided(decision, decision.getSetting(), changes);
    }
    parts.waiters().decided(decision);
    // Last: whoever sees that the gate has passed a submission finds what became of it.
    if (CatalogStores.SUBMITTED_TO.contains(decision.getCauseTopic())) {
      changes.put(
          CatalogStores.PASSED,
          CatalogStores.passedKey(decision.getCauseTopic(), decision.getCausePartition()),
          ViewCodec.write(decision.getCauseOffset()));
    }
  }

  /**
   * Those about an id that is no live run say nothing about the run that had the id. A REJECT does:
   * the run is known from here on, also before its completion is read. So does a DUPLICATE that was
   * not meant to be one.
   */
  private static boolean isAboutItsRun(Decision decision) {
    return switch (decision.getKind()) {
      case ACCEPT, DISPATCH, CLAIM, RETURN, RELEASE, FENCE, WAIT, QUEUE, COMPLETE, LIVE -> true;
      case REJECT, REDRIVE -> true;
      case DUPLICATE -> BodyHashes.OTHER_BODY.equals(decision.getReason());
      case STARTED, REROUTE, UNREADABLE -> false;
      case CANCEL, REFUSE, TENANT, ALARM, SIGNAL -> false;
    };
  }

  /** The gate may keep a dead run for longer than this catalog does. */
  private boolean isForgotten(Decision decision, RunView view) {
    var standing = decision.getStanding();
    return standing != null
        && !view.isKnown()
        && parts.keeping().isDeadFor(standing, decision.getAtMs());
  }

  private void loaded(Decision decision, TenantLoad load, long offset, Changes changes) {
    var key = ViewCodec.key(decision.getTenant());
    var former = known(CatalogStores.TENANTS, key, TenantView.class, changes);
    if (former == null || former.decided() < offset) {
      var view = TenantView.after(former, decision, load, offset);
      changes.put(CatalogStores.TENANTS, key, ViewCodec.write(view));
    }
  }

  private @Nullable RunView completed(RunCompleted completed, Changes changes) {
    check(Names.tenantProblem(completed.getTenant()));
    check(Names.anyRunIdProblem(completed.getRunId()));
    var before = view(completed.getTenant(), completed.getRunId(), changes);
    var after = before.after(completed);
    if (completed.getRetryable()) {
      parts.waiters().refusals().refused(completed.getTenant(), completed.getCompletedAtMs());
    }
    if (!after.equals(before)) {
      var key = ViewCodec.key(after.tenant(), after.runId());
      var output = completed.getOutput();
      if (output == null || output.remaining() > Bounds.VALUE_BYTES) {
        changes.delete(CatalogStores.OUTPUTS, key);
      } else {
        byte[] bytes = new byte[output.remaining()];
        output.duplicate().get(bytes);
        changes.put(CatalogStores.OUTPUTS, key, bytes);
      }
      put(before, after, changes);
    }
    return after.hasEnded() ? after : null;
  }

  /** What was known; of what cannot be read back nothing was, and it is written anew. */
  private <T> @Nullable T known(String store, Bytes key, Class<T> type, Changes changes) {
    try {
      return ViewCodec.read(changes.get(store, key), type);
    } catch (UnreadableView e) {
      parts.aside().entry(store, String.join("/", ViewCodec.parts(key)), e);
      return null;
    }
  }

  private RunView view(String tenant, String runId, Changes changes) {
    var key = ViewCodec.key(tenant, runId);
    var known = known(CatalogStores.RUNS, key, RunView.class, changes);
    return known != null && known.tenant().equals(tenant) && known.runId().equals(runId)
        ? known
        : RunView.unknown(tenant, runId);
  }

  private static void put(RunView before, RunView after, Changes changes) {
    var key = ViewCodec.key(after.tenant(), after.runId());
    changes.put(CatalogStores.RUNS, key, ViewCodec.write(after));
    changes.touch(after.tenant(), after.rootRunId());
    changes.changed(before, after);
    RunIndex.change(before, after, changes);
  }

  // --- journal

  private void journaled(Record<byte[], byte[]> record, RecordMetadata at, Changes changes) {
    var key = journalKey(record.key());
    if (key == null) {
      return; // nobody's: the gate tells of it
    }
    var place = RunIndex.journalKey(key);
    if (record.value() == null) {
      changes.delete(CatalogStores.JOURNAL, place);
      return;
    }
    var read = read(journals, at, record.value());
    var view = Timeline.view(read, record.value().length, at);
    changes.put(CatalogStores.JOURNAL, place, ViewCodec.write(view));
    var run = ViewCodec.key(key.tenant(), key.run());
    var known = known(CatalogStores.PROGRESS, run, Progress.class, changes);
    if (known == null && read.getEntry() instanceof SignalReceived) {
      return; // kept by the gate until its run comes, which may be never
    }
    var before = known == null ? Progress.NONE : known;
    changes.put(CatalogStores.PROGRESS, run, ViewCodec.write(before.after(read, at.offset())));
  }

  private static @Nullable JournalKey journalKey(byte @Nullable [] key) {
    try {
      var parsed = key == null ? null : JournalKey.parse(key);
      boolean sound =
          parsed != null
              && Names.tenantProblem(parsed.tenant()).isEmpty()
              && Names.anyRunIdProblem(parsed.run()).isEmpty()
              && Arrays.equals(key, parsed.text().getBytes(StandardCharsets.UTF_8));
      return sound ? parsed : null;
    } catch (IllegalArgumentException foreign) {
      return null;
    }
  }

  // --- tenants and dead letters

  private void limited(Record<byte[], byte[]> record, RecordMetadata at, Changes changes) {
    if (record.key() == null || record.key().length > Bounds.NAME_CHARS) {
      return; // the gate makes it a dead letter
    }
    var tenant = new String(record.key(), StandardCharsets.UTF_8);
    if (Names.tenantProblem(tenant).isPresent()) {
      return; // the gate makes it a dead letter
    }
    var key = ViewCodec.key(tenant);
    if (record.value() == null) {
      changes.delete(CatalogStores.LIMITS, key);
      return;
    }
    var read =
        JsonRecords.isJson(record.value())
            ? JsonRecords.tenantLimits(record.value())
            : read(limits, at, record.value());
    var view = PublicJson.limits(read).put(PublicJson.LIMITS_AT, at.offset());
    changes.put(CatalogStores.LIMITS, key, ViewCodec.write(view));
  }

  /** A run that dies again has one letter that stands: the newest. */
  private void died(DeadLetter letter, RecordMetadata at, Changes changes) {
    var place = "%05d-%019d".formatted(at.partition(), at.offset());
    if (letter.getKind() == DeadLetterKind.DEAD_RUN
        && letter.getTenant() != null
        && letter.getRunId() != null) {
      check(Names.tenantProblem(letter.getTenant()));
      check(Names.anyRunIdProblem(letter.getRunId()));
      var view = view(letter.getTenant(), letter.getRunId(), changes);
      var former = view.deadLetter();
      if (former != null && former.compareTo(place) > 0) {
        return;
      }
      if (former != null) {
        changes.delete(CatalogStores.DEAD, ViewCodec.key(former));
      }
      put(view, view.withDeadLetter(place), changes);
    }
    changes.put(
        CatalogStores.DEAD, ViewCodec.key(place), ViewCodec.write(PublicJson.deadLetter(letter)));
  }
}
