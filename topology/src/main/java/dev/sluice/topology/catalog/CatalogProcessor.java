package dev.sluice.topology.catalog;

import dev.sluice.schemas.JournalKey;
import dev.sluice.schemas.SerdeException;
import dev.sluice.schemas.SluiceSerdes;
import dev.sluice.schemas.Topics;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.DeadLetterKind;
import dev.sluice.v1.Decision;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.TenantLimits;
import dev.sluice.v1.TenantLoad;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Takes one partition's records into the views. */
final class CatalogProcessor extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
  private static final QuietLog LOG = QuietLog.of(CatalogProcessor.class);
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
  private static final byte[] PRESENT = {1};

  private final CatalogConfig config;
  private final Waiters waiters;
  private final Deserializer<Decision> decisions;
  private final Deserializer<RunCompleted> completions;
  private final Deserializer<JournalRecord> journals;
  private final Deserializer<TenantLimits> limits;
  private final Deserializer<DeadLetter> deadLetters;

  CatalogProcessor(CatalogConfig config, SluiceSerdes serdes, Waiters waiters) {
    this.config = config;
    this.waiters = waiters;
    decisions = serdes.deserializer(Decision.class);
    completions = serdes.deserializer(RunCompleted.class);
    journals = serdes.deserializer(JournalRecord.class);
    limits = serdes.deserializer(TenantLimits.class);
    deadLetters = serdes.deserializer(DeadLetter.class);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    super.init(context);
    context.schedule(
        SWEEP_EVERY,
        PunctuationType.WALL_CLOCK_TIME,
        now ->
            new Retention(config, this::store)
                .sweep(now, key -> context.forward(new Record<>(key, null, now))));
  }

  private KeyValueStore<Bytes, byte[]> store(String name) {
    return context().getStateStore(name);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    var at = context().recordMetadata().orElseThrow();
    try {
      var topic = at.topic().substring(config.prefix().length());
      switch (topic) {
        case Topics.DECISIONS -> decided(read(decisions, at, record.value()), at);
        case Topics.COMPLETIONS -> completed(read(completions, at, record.value()));
        case Topics.JOURNAL -> journaled(record, at);
        case Topics.TENANTS -> limited(record, at);
        case Topics.DEAD_LETTERS -> died(read(deadLetters, at, record.value()), at);
        default -> throw new IllegalStateException("the catalog does not read " + topic);
      }
    } catch (SerdeException e) {
      if (e.kind() == SerdeException.Kind.REGISTRY_DOWN) {
        throw e;
      }
      LOG.warn("A record is left out", e.at(at.topic(), at.partition(), at.offset()));
    }
  }

  private static <T> T read(Deserializer<T> deserializer, RecordMetadata at, byte[] value) {
    var read = deserializer.deserialize(at.topic(), value);
    if (read == null) {
      throw new SerdeException(SerdeException.Kind.MALFORMED, "the record is empty", null);
    }
    return read;
  }

  // --- decisions and completions

  private void decided(Decision decision, RecordMetadata at) {
    Kept.check(decision.getTenant(), decision.getRunId());
    if (decision.getLoad() != null) {
      loaded(decision, decision.getLoad(), at.offset());
    }
    if (decision.getRunId() != null && isAboutItsRun(decision)) {
      var view = view(decision.getTenant(), decision.getRunId());
      put(view.after(decision, at.offset()));
    }
    // Last: whoever sees that the gate has passed a submission finds what became of it.
    if (CatalogStores.SUBMITTED_TO.contains(decision.getCauseTopic())) {
      store(CatalogStores.PASSED)
          .put(
              CatalogStores.passedKey(decision.getCauseTopic(), decision.getCausePartition()),
              ViewCodec.write(decision.getCauseOffset()));
    }
  }

  /**
   * Those about an id that is no live run say nothing about the run that had the id. A REJECT does:
   * the run is known from here on, also before its completion is read.
   */
  private static boolean isAboutItsRun(Decision decision) {
    return switch (decision.getKind()) {
      case ACCEPT, DISPATCH, CLAIM, RETURN, RELEASE, FENCE, WAIT, QUEUE, COMPLETE -> true;
      case REJECT, REDRIVE -> true;
      case STARTED, DUPLICATE, REROUTE, UNREADABLE -> false;
      case CANCEL, REFUSE, TENANT, ALARM, SIGNAL -> false;
    };
  }

  private void loaded(Decision decision, TenantLoad load, long offset) {
    var key = ViewCodec.key(decision.getTenant());
    var former = ViewCodec.read(store(CatalogStores.TENANTS).get(key), TenantView.class);
    if (former == null || former.decided() < offset) {
      var view = TenantView.after(former, decision, load, offset);
      store(CatalogStores.TENANTS).put(key, ViewCodec.write(view));
    }
  }

  private void completed(RunCompleted completed) {
    Kept.check(completed.getTenant(), completed.getRunId());
    var view = view(completed.getTenant(), completed.getRunId()).after(completed);
    put(view);
    if (view.hasEnded()) {
      waiters.ended(completed.getTenant(), completed.getRunId(), view);
    }
  }

  private RunView view(String tenant, String runId) {
    var known =
        ViewCodec.read(store(CatalogStores.RUNS).get(ViewCodec.key(tenant, runId)), RunView.class);
    return known == null ? RunView.unknown(tenant, runId) : known;
  }

  private void put(RunView view) {
    store(CatalogStores.RUNS)
        .put(ViewCodec.key(view.tenant(), view.runId()), ViewCodec.write(view));
    if (view.submittedAtMs() > 0) {
      store(CatalogStores.ORDER).put(CatalogStores.orderKey(view), PRESENT);
    }
    var child = CatalogStores.childKey(view);
    if (child != null) {
      store(CatalogStores.CHILDREN).put(child, PRESENT);
    }
    var ended = CatalogStores.endedKey(view);
    if (ended != null) {
      store(CatalogStores.ENDED).put(ended, PRESENT);
    }
    var live = ViewCodec.key(view.tenant(), view.runId());
    if (view.isKnown() && !view.hasEnded()) {
      store(CatalogStores.LIVE).put(live, PRESENT);
    } else {
      store(CatalogStores.LIVE).delete(live);
    }
  }

  // --- journal

  private void journaled(Record<byte[], byte[]> record, RecordMetadata at) {
    var key = journalKey(record.key());
    if (key == null) {
      return;
    }
    var place = ViewCodec.key(key.tenant(), key.run(), key.text());
    if (record.value() == null) {
      store(CatalogStores.JOURNAL).delete(place);
    } else {
      var read = read(journals, at, record.value());
      var view = Timeline.view(read, record.value().length, at);
      store(CatalogStores.JOURNAL).put(place, ViewCodec.write(view));
      advance(ViewCodec.key(key.tenant(), key.run()), read, at.offset());
    }
  }

  private void advance(Bytes run, JournalRecord record, long offset) {
    var known = ViewCodec.read(store(CatalogStores.PROGRESS).get(run), Progress.class);
    var before = known == null ? Progress.NONE : known;
    store(CatalogStores.PROGRESS).put(run, ViewCodec.write(before.after(record, offset)));
  }

  private static @Nullable JournalKey journalKey(byte @Nullable [] key) {
    try {
      return key == null ? null : JournalKey.parse(new String(key, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException foreign) {
      return null;
    }
  }

  // --- tenants and dead letters

  private void limited(Record<byte[], byte[]> record, RecordMetadata at) {
    if (record.key() == null) {
      return;
    }
    var name = new String(record.key(), StandardCharsets.UTF_8);
    Kept.check(name, null);
    var key = ViewCodec.key(name);
    if (record.value() == null) {
      store(CatalogStores.LIMITS).delete(key);
      return;
    }
    var read =
        dev.sluice.schemas.JsonRecords.isJson(record.value())
            ? dev.sluice.schemas.JsonRecords.tenantLimits(record.value())
            : read(limits, at, record.value());
    store(CatalogStores.LIMITS).put(key, ViewCodec.write(PublicJson.limits(read)));
  }

  /** A run that dies again has one letter that stands: the newest. */
  private void died(DeadLetter letter, RecordMetadata at) {
    Kept.check(letter.getTenant() == null ? "" : letter.getTenant(), letter.getRunId());
    var place = "%05d-%019d".formatted(at.partition(), at.offset());
    if (letter.getKind() == DeadLetterKind.DEAD_RUN
        && letter.getTenant() != null
        && letter.getRunId() != null) {
      var view = view(letter.getTenant(), letter.getRunId());
      var former = view.deadLetter();
      if (former != null && former.compareTo(place) > 0) {
        return;
      }
      if (former != null) {
        store(CatalogStores.DEAD).delete(ViewCodec.key(former));
      }
      put(view.withDeadLetter(place));
    }
    store(CatalogStores.DEAD)
        .put(ViewCodec.key(place), ViewCodec.write(PublicJson.deadLetter(letter)));
  }
}
