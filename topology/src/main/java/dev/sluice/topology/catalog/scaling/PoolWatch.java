package dev.sluice.topology.catalog.scaling;

import dev.sluice.schemas.reading.BoundedConsumer;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.topology.streams.Watches;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to heartbeats and looks for the pools' topics. Every heartbeat goes to every partition of
 * {@code progress}, so one partition is enough. Heartbeats repeat, so the catalog need not read old
 * ones.
 */
public final class PoolWatch implements AutoCloseable {
  public static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final int LOOKS_BETWEEN_TOPICS = 10;
  private static final int MOST_POLLS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(PoolWatch.class);

  private final Map<String, Object> settings = new HashMap<>();
  private final TopicPartition progress;
  private final String dispatches;
  private final Admin admin;
  private final Deserializer<Progress> deserializer;
  private final PoolsHeard pools = new PoolsHeard();
  private final CodeHeard code = new CodeHeard();
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable BoundedConsumer consumer;
  private boolean closed;
  private boolean isDeaf;
  private int looks;

  /** Does not listen yet. */
  public PoolWatch(Map<String, String> kafka, String prefix, SluiceSerdes serdes, Admin admin) {
    settings.putAll(kafka);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Watches.ANSWER_WITHIN_MS);
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Watches.ANSWER_WITHIN_MS);
    progress = new TopicPartition(prefix + Topics.PROGRESS, 0);
    dispatches = prefix + Topics.dispatch("");
    deserializer = serdes.deserializer(Progress.class);
    this.admin = admin;
  }

  /** What it has heard. */
  public PoolsHeard pools() {
    return pools;
  }

  /** The code of the workers that it has heard. */
  public CodeHeard code() {
    return code;
  }

  /** Takes in what was said since the last look. */
  public void look() throws ExecutionException, InterruptedException, TimeoutException {
    if (looks++ % LOOKS_BETWEEN_TOPICS == 0) {
      pools.haveTopics(withTopics());
    }
    turn.lock();
    try {
      if (!closed && !isDeaf) {
        listen();
      }
    } catch (AuthorizationException e) {
      isDeaf = true;
      LOG.warn("the workers' slots are unknown, because {} may not be read", progress.topic(), e);
    } finally {
      turn.unlock();
    }
    pools.forgetUntil(System.nanoTime());
    code.forgetUntil(System.nanoTime());
  }

  private Set<String> withTopics()
      throws ExecutionException, InterruptedException, TimeoutException {
    return admin.listTopics().names().get(Watches.ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS).stream()
        .filter(name -> name.startsWith(dispatches))
        .map(name -> name.substring(dispatches.length()))
        .collect(Collectors.toSet());
  }

  private void listen() {
    var reader = consumer;
    if (reader == null) {
      reader = new BoundedConsumer(settings, (partition, offset, why) -> {});
      consumer = reader;
      reader.assign(List.of(progress));
    }
    int polls = 0;
    var records = reader.poll(Duration.ofMillis(100));
    while (!records.isEmpty() && polls++ < MOST_POLLS) {
      for (var record : records) {
        heard(record.value());
      }
      records = reader.poll(Duration.ZERO);
    }
  }

  private void heard(byte @Nullable [] value) {
    try {
      var said = value == null ? null : deserializer.deserialize(progress.topic(), value);
      if (said != null && said.getEvent() instanceof Heartbeat heartbeat) {
        pools.heard(heartbeat, System.nanoTime());
        code.heard(heartbeat, System.nanoTime());
      }
    } catch (SerdeException e) {
      LOG.debug("a record of {} cannot be read", progress.topic(), e); // the gate tells of it
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      if (consumer != null) {
        consumer.close();
      }
    } finally {
      turn.unlock();
    }
  }
}
