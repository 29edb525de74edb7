package dev.sluice.runner.lease;

import dev.sluice.runner.execution.Executions;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.health.Watch;
import dev.sluice.runner.identity.RunRef;
import dev.sluice.runner.identity.WorkerName;
import dev.sluice.runner.io.Clients;
import dev.sluice.runner.io.DispatchChecks;
import dev.sluice.runner.io.DispatchReader;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.DispatchAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Takes one pool's dispatches. Committing their offsets is taking their leases: the answers to all
 * that a poll returned and the offsets behind them are one transaction (rule 3).
 */
public final class DispatchLoop implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(DispatchLoop.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long PAUSE_AFTER_FAILURE_MS = 200;
  private static final long STANDS_AFTER_MS = 60_000;
  private static final long IDLE_AFTER_MS = 1_000;

  private record Claim(Dispatch dispatch, TopicPartition source, long offset) {
    RunRef ref() {
      return RunRef.of(dispatch);
    }
  }

  /** What one transaction answers. */
  private record Batch(
      List<ProducerRecord<byte[], byte[]>> answers,
      List<Claim> claims,
      Map<TopicPartition, OffsetAndMetadata> offsets) {}

  /**
   * What it answers by.
   *
   * @param lostId called when another worker goes by this one's id
   */
  public record Answering(
      AnswerRules rules,
      LeaseDeadlines deadlines,
      Executions executions,
      Heartbeats heartbeats,
      Runnable lostId) {}

  private final String pool;
  private final String dispatchTopic;
  private final String claimsTopic;
  private final WorkerName name;
  private final Answering answering;
  private final Executions executions;
  private final Heartbeats heartbeats;
  private final Watch watch;
  private final Consumer<byte[], byte[]> consumer;
  private final ClaimProducers producers;
  private final DispatchReader reader;
  private final Serializer<DispatchAnswer> answers;
  private final Set<TopicPartition> owned = new HashSet<>();

  private final AnsweredOffsets answered = new AnsweredOffsets();
  private final LifeSigns.Sign sign;
  private final Thread thread;
  private @Nullable Producer<byte[], byte[]> producer;
  private long readAtMs;
  private volatile boolean closed;

  public DispatchLoop(
      PoolTopics topics,
      WorkerName name,
      Answering answering,
      Watch watch,
      Clients clients,
      SluiceSerdes serdes) {
    this.pool = topics.pool();
    this.dispatchTopic = topics.dispatches();
    this.claimsTopic = topics.claims();
    this.name = name;
    this.answering = answering;
    this.executions = answering.executions();
    this.heartbeats = answering.heartbeats();
    this.watch = watch;
    this.producers = new ClaimProducers(topics, name.worker(), clients);
    this.reader =
        new DispatchReader(
            serdes.deserializer(Dispatch.class),
            new DispatchChecks(pool, answering.deadlines().partitions()),
            watch.measures());
    this.answers = serdes.serializer(DispatchAnswer.class);
    this.sign = watch.life().sign("dispatch-" + pool, STANDS_AFTER_MS);
    this.thread = watch.life().thread("dispatch-" + pool, this::work);
    // Last: whatever failed behind it would leave it open.
    this.consumer = clients.dispatchConsumer(topics.group(), name.worker());
  }

  public void start() {
    thread.start();
  }

  private void work() {
    consumer.subscribe(List.of(dispatchTopic), new Rebalances());
    while (!closed) {
      sign.turned();
      try {
        if (producer == null) {
          producer = producers.open();
        }
        var records = consumer.poll(POLL);
        if (!records.isEmpty()) {
          answer(records);
          readAtMs = watch.life().nowMs();
        } else if (watch.life().nowMs() - readAtMs >= IDLE_AFTER_MS) {
          passMarkers();
        }
      } catch (FencedInstanceIdException e) {
        LOG.error("Another worker has taken the id {}; each needs its own", name.worker(), e);
        heartbeats.holds(pool, Set.of());
        answering.lostId().run();
        return;
      } catch (WakeupException | InterruptException e) {
        // Only close() wakes the loop up; its condition ends it.
      } catch (KafkaException e) {
        LOG.warn("Taking dispatches of pool {} failed; going on", pool, e);
        LifeSigns.pause(PAUSE_AFTER_FAILURE_MS);
      } catch (RuntimeException e) {
        LOG.error("Taking dispatches of pool {} failed unexpectedly", pool, e);
        LifeSigns.pause(PAUSE_AFTER_FAILURE_MS);
      }
    }
  }

  // --- answering

  private void answer(ConsumerRecords<byte[], byte[]> records) {
    var batch = new Batch(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
    try {
      decide(records, batch);
    } catch (RuntimeException e) {
      takeBack(records, batch);
      throw e;
    }
    commit(batch);
    if (batch.answers().size() > batch.claims().size()) {
      heartbeats.returned();
    }
  }

  private void passMarkers() {
    var passed = answered.passedBy(consumer, mark());
    if (!passed.isEmpty()) {
      commit(new Batch(List.of(), List.of(), passed));
    }
  }

  private void commit(Batch batch) {
    var current = java.util.Objects.requireNonNull(producer);
    try {
      current.beginTransaction();
      batch.answers().forEach(current::send);
      current.sendOffsetsToTransaction(batch.offsets(), consumer.groupMetadata());
      current.commitTransaction();
    } catch (KafkaException e) {
      LOG.warn("A claim transaction of pool {} is of unknown outcome", pool, e);
      recover(batch);
      return;
    }
    answered.committed(batch.offsets());
    started(batch.claims());
    watch.measures().returned(batch.answers().size() - batch.claims().size());
  }

  private void started(List<Claim> claims) {
    claims.forEach(claim -> executions.start(claim.dispatch()));
    watch.measures().claimed(claims.size());
  }

  /** Nothing of a poll is answered, so all of it is read again. */
  private void takeBack(ConsumerRecords<byte[], byte[]> records, Batch batch) {
    batch.claims().forEach(claim -> executions.giveSlot(claim.ref()));
    for (var source : records.partitions()) {
      if (consumer.assignment().contains(source)) {
        consumer.seek(source, records.records(source).getFirst().offset());
      }
    }
  }

  private void decide(ConsumerRecords<byte[], byte[]> records, Batch batch) {
    for (var source : records.partitions()) {
      if (consumer.assignment().contains(source)) {
        long from = answered.next(source);
        records.records(source).stream()
            .filter(record -> record.offset() >= from)
            .forEach(record -> decide(record, source, batch));
        var next = records.nextOffsets().get(source);
        if (next != null) {
          batch
              .offsets()
              .put(source, new OffsetAndMetadata(next.offset(), next.leaderEpoch(), mark()));
        }
      }
    }
  }

  /** Stands beside a committed offset and tells who committed it. */
  private String mark() {
    return name.incarnation();
  }

  private void decide(ConsumerRecord<byte[], byte[]> record, TopicPartition source, Batch batch) {
    switch (reader.read(record)) {
      case DispatchReader.Read.Sound(Dispatch dispatch) -> take(dispatch, record, source, batch);
      case DispatchReader.Read.Unsound(Dispatch dispatch) ->
          batch.answers().add(answer(dispatch, AnswerKind.RETURN_STALE, record));
      case DispatchReader.Read.Unusable() -> {
        // The gate fences it when nobody answers, if it was one of its own.
      }
    }
  }

  private void take(
      Dispatch dispatch,
      ConsumerRecord<byte[], byte[]> record,
      TopicPartition source,
      Batch batch) {
    var ref = RunRef.of(dispatch);
    if (executions.knows(ref)) {
      LOG.error("Epoch {} of run {} is dispatched twice", ref.epoch(), ref.runId());
      return;
    }
    if (answering.deadlines().offered(dispatch.getLeaseTtlMs())) {
      heartbeats.beatMoreOften();
    }
    var kind =
        answering
            .rules()
            .answer(
                dispatch,
                record.timestamp(),
                watch.life().nowMs(),
                () -> executions.take(dispatch));
    if (kind == AnswerKind.CLAIM) {
      batch.claims().add(new Claim(dispatch, source, record.offset()));
    }
    batch.answers().add(answer(dispatch, kind, record));
  }

  private ProducerRecord<byte[], byte[]> answer(
      Dispatch dispatch, AnswerKind kind, ConsumerRecord<byte[], byte[]> record) {
    var answer =
        new DispatchAnswer(
            dispatch.getTenant(),
            dispatch.getRunId(),
            dispatch.getEpoch(),
            kind,
            name.incarnation(),
            answering.deadlines().newest(dispatch.getGatePartition()),
            pool,
            record.partition(),
            record.offset());
    return new ProducerRecord<>(
        claimsTopic,
        dispatch.getGatePartition(),
        dispatch.getTenant().getBytes(StandardCharsets.UTF_8),
        answers.serialize(claimsTopic, answer));
  }

  // --- after an abort, a fencing or a commit of unknown outcome

  private void recover(Batch batch) {
    watch.measures().recovered();
    dropProducer(Duration.ZERO);
    var made = batch.claims().stream().collect(Collectors.groupingBy(Claim::source));
    new Settlement<>(new OurGroup(), new OurClaims(), mark())
        .settle(batch.offsets(), made, () -> closed);
  }

  private void dropProducer(Duration within) {
    if (producer != null) {
      producer.close(within);
      producer = null;
    }
  }

  private final class OurGroup implements Settlement.Group {
    @Override
    public Map<TopicPartition, OffsetAndMetadata> decided(Set<TopicPartition> sources) {
      try {
        dropProducer(Duration.ZERO); // of a try that came no further
        producer = producers.open();
        return consumer.committed(sources);
      } catch (KafkaException e) {
        LOG.warn("The outcome of a claim transaction is still unknown", e);
        throw e;
      }
    }

    @Override
    public void pause() {
      LifeSigns.pause(PAUSE_AFTER_FAILURE_MS);
    }

    @Override
    public boolean holds(TopicPartition source) {
      return consumer.assignment().contains(source);
    }

    @Override
    public void readFrom(TopicPartition source, @Nullable OffsetAndMetadata from) {
      if (from == null) {
        consumer.seekToBeginning(List.of(source));
      } else {
        consumer.seek(source, from);
      }
    }
  }

  private final class OurClaims implements Settlement.Claims<Claim> {
    @Override
    public void start(TopicPartition source, OffsetAndMetadata committed, List<Claim> claims) {
      answered.committed(Map.of(source, committed));
      started(claims);
    }

    @Override
    public void giveUp(Claim claim) {
      executions.giveUp(claim.dispatch());
    }

    @Override
    public void giveSlot(Claim claim) {
      executions.giveSlot(claim.ref());
    }
  }

  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      owned.addAll(partitions);
      tell();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      owned.removeAll(partitions);
      tell();
    }

    private void tell() {
      var held = new HashSet<Integer>();
      owned.forEach(source -> held.add(source.partition()));
      heartbeats.holds(pool, held);
    }
  }

  /** Ends taking; what was claimed goes on. */
  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    LifeSigns.awaitEnd(thread, Duration.ofSeconds(15));
    // Others take its partitions over at once; a member that is known by its id would keep them.
    try {
      consumer.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    } finally {
      dropProducer(Duration.ofSeconds(1));
    }
  }
}
