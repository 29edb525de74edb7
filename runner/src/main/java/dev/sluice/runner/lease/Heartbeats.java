package dev.sluice.runner.lease;

import dev.sluice.contract.JournalFormats;
import dev.sluice.runner.execution.LoadedAgent;
import dev.sluice.runner.execution.Slots;
import dev.sluice.runner.health.LifeSigns;
import dev.sluice.runner.identity.WorkerName;
import dev.sluice.schemas.process.QuietLog;
import dev.sluice.v1.AgentVersions;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.HeldRun;
import dev.sluice.v1.PoolShare;
import dev.sluice.v1.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Says to every gate partition that this worker lives and what room it has: regularly, and at once
 * when it has more room than its last heartbeat said (rule 4).
 */
public final class Heartbeats implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(Heartbeats.class);
  private static final long COALESCE_MS = 20;
  private static final int LIST_HELD_EVERY = 10;
  private static final long STANDS_AFTER_MS = 30_000;

  /**
   * What they say.
   *
   * @param agents those that this worker has
   * @param held the runs that it holds; null if there are too many
   * @param stopping runs that it was told to stop and whose code executes all the same
   */
  public record Content(
      WorkerName name,
      List<LoadedAgent> agents,
      Slots slots,
      Supplier<@Nullable List<HeldRun>> held,
      Supplier<List<HeldRun>> stopping) {}

  /** Where they go; what closes them closes the producer. */
  public record Channel(
      String topic, Producer<byte[], byte[]> producer, Serializer<Progress> serializer) {}

  /** When they are sent. */
  interface Timer {
    /**
     * Lets {@code task} be done after {@code ms}, and never at the same time as another one; not at
     * all once this is closed.
     *
     * @return takes it back, unless it has begun
     */
    Runnable after(long ms, Runnable task);

    /** Does nothing more. */
    void close();
  }

  private final Content content;
  private final byte[] key;
  private final Channel channel;
  private final LeaseDeadlines deadlines;
  private final Duration interval;
  private final LifeSigns life;
  private final Map<String, Set<Integer>> partitions = new ConcurrentHashMap<>();
  private final AtomicBoolean soon = new AtomicBoolean();
  private final Timer timer;
  private final Runnable guarded;
  private Runnable takeBackRegular = () -> {};
  private long number;

  public Heartbeats(
      Content content,
      Channel channel,
      LeaseDeadlines deadlines,
      Duration interval,
      LifeSigns life) {
    this(content, channel, deadlines, interval, life, new HeartbeatTimer());
  }

  Heartbeats(
      Content content,
      Channel channel,
      LeaseDeadlines deadlines,
      Duration interval,
      LifeSigns life,
      Timer timer) {
    this.timer = timer;
    this.content = content;
    this.key = content.name().incarnation().getBytes(StandardCharsets.UTF_8);
    this.channel = channel;
    this.deadlines = deadlines;
    this.interval = interval;
    this.life = life;
    this.guarded =
        life.guarded("a heartbeat", life.sign("heartbeats", STANDS_AFTER_MS), this::beat);
  }

  public void start() {
    content.slots().onMoreRoom(this::beatSoon);
    timer.after(0, guarded);
    schedule();
  }

  /** Every interval, or a third of the shortest TTL if that is less. */
  private synchronized void schedule() {
    long ms = Math.min(interval.toMillis(), deadlines.shortestTtlMs() / 3);
    takeBackRegular.run();
    takeBackRegular =
        timer.after(
            ms,
            () -> {
              guarded.run();
              scheduleNext();
            });
  }

  /** Without a next one there would never be another, and nobody would be told. */
  private void scheduleNext() {
    try {
      schedule();
    } catch (RuntimeException | Error e) {
      life.failed("the heartbeats' timer", e);
    }
  }

  /** A shorter lease than ever is offered: the next heartbeat must not come too late for it. */
  void beatMoreOften() {
    beatSoon();
    schedule();
  }

  /** Tells which dispatch partitions of {@code pool} this worker holds now. */
  void holds(String pool, Set<Integer> held) {
    partitions.put(pool, Set.copyOf(held));
    beatSoon();
  }

  /**
   * A run was returned for want of a slot. That takes back what the last heartbeat said: the gate
   * sends nothing until a later one shows room.
   */
  void returned() {
    content.slots().untold();
  }

  /** A heartbeat within 20 ms; more wishes until then make no more of them. */
  public void beatSoon() {
    if (soon.compareAndSet(false, true)) {
      timer.after(COALESCE_MS, guarded);
    }
  }

  private void beat() {
    try {
      soon.set(false);
      long beat = number++;
      byte[] value = channel.serializer().serialize(channel.topic(), new Progress(heartbeat(beat)));
      long sent = life.nowMs();
      for (int partition = 0; partition < deadlines.partitions(); partition++) {
        send(partition, beat, value, sent);
      }
    } catch (RuntimeException e) {
      LOG.warn("A heartbeat could not be sent; the runs stop if this goes on", e);
    }
  }

  private void send(int partition, long beat, byte[] value, long sent) {
    channel
        .producer()
        .send(
            new ProducerRecord<>(channel.topic(), partition, key, value),
            (metadata, failure) -> {
              if (failure == null) {
                deadlines.acknowledged(partition, beat, sent, metadata.timestamp(), life.nowMs());
              } else {
                LOG.warn(
                    "Heartbeat {} was not acknowledged by partition {}", beat, partition, failure);
              }
            });
  }

  private Heartbeat heartbeat(long beat) {
    List<PoolShare> shares = new ArrayList<>();
    partitions.forEach(
        (pool, held) -> shares.add(new PoolShare(pool, List.copyOf(new TreeSet<>(held)))));
    return new Heartbeat(
        content.name().worker(),
        content.name().incarnation(),
        beat,
        shares,
        content.agents().stream().map(LoadedAgent::name).sorted().toList(),
        content.slots().count(),
        content.slots().tellFree(),
        beat % LIST_HELD_EVERY == 0 ? content.held().get() : null,
        content.stopping().get(),
        content.agents().stream().map(Heartbeats::versions).toList(),
        JournalFormats.NEWEST);
  }

  private static AgentVersions versions(LoadedAgent agent) {
    return new AgentVersions(
        agent.name(), agent.version(), agent.replays().stream().sorted().toList());
  }

  @Override
  public void close() {
    timer.close();
    channel.producer().close(Duration.ofSeconds(2));
  }
}
