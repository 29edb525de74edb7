package dev.sluice.local.trace;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.schemas.reading.BoundedConsumer;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.RunCompleted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/** Follows submissions, claims and completions for a live view. */
public final class TopicTail implements AutoCloseable {
  private static final QuietLog LOG = QuietLog.of(TopicTail.class);
  private static final int KEPT = 200;

  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<dev.sluice.v1.RunSubmitted> runs;
  private final Deserializer<DispatchAnswer> answers;
  private final Deserializer<RunCompleted> completions;
  private final String prefix;
  private final Map<String, Long> submittedAt = new HashMap<>();
  private final Map<String, ArrayDeque<Long>> latencies = new ConcurrentHashMap<>();
  private final Map<String, Integer> completed = new ConcurrentHashMap<>();
  private final ClaimedRuns claimed = new ClaimedRuns();
  private final Thread thread;
  private volatile boolean closed;

  public TopicTail(String bootstrapServers, String registryUrl, String prefix) {
    this.prefix = prefix;
    var serdes = SluiceSerdes.create(Map.of("schema.registry.url", registryUrl));
    runs = serdes.deserializer(dev.sluice.v1.RunSubmitted.class);
    answers = serdes.deserializer(DispatchAnswer.class);
    completions = serdes.deserializer(RunCompleted.class);
    consumer =
        new BoundedConsumer(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "allow.auto.create.topics",
                "false"),
            (partition, offset, why) ->
                LOG.warn("The record of {} at {} is skipped: {}", partition, offset, why));
    var partitions = new ArrayList<TopicPartition>();
    for (var topic : List.of(Topics.RUNS, Topics.SUBMISSIONS, Topics.CLAIMS, Topics.COMPLETIONS)) {
      consumer
          .partitionsFor(prefix + topic)
          .forEach(one -> partitions.add(new TopicPartition(one.topic(), one.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread = Thread.ofPlatform().name("topic-tail").daemon().start(this::work);
  }

  private void work() {
    while (!closed) {
      consumer.poll(Duration.ofMillis(200)).forEach(this::take);
    }
    consumer.close();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null || record.value().length == 0 || record.value()[0] != 0) {
      return;
    }
    switch (record.topic().substring(prefix.length())) {
      case Topics.RUNS, Topics.SUBMISSIONS -> {
        var run = runs.deserialize(record.topic(), record.value());
        submittedAt.putIfAbsent(run.getTenant() + "/" + run.getRunId(), record.timestamp());
      }
      case Topics.CLAIMS -> claimed(answers.deserialize(record.topic(), record.value()), record);
      default -> {
        var done = completions.deserialize(record.topic(), record.value());
        completed.merge(done.getTenant(), 1, Integer::sum);
        claimed.complete(done.getTenant() + "/" + done.getRunId(), done.getEpochs());
      }
    }
  }

  private void claimed(DispatchAnswer answer, ConsumerRecord<byte[], byte[]> record) {
    if (answer.getKind() != AnswerKind.CLAIM) {
      return;
    }
    var run = answer.getTenant() + "/" + answer.getRunId();
    claimed.claim(run, answer.getEpoch(), answer.getIncarnation());
    var since = submittedAt.remove(run);
    if (since != null) {
      var recent = latencies.computeIfAbsent(answer.getTenant(), name -> new ArrayDeque<>());
      synchronized (recent) {
        recent.addLast(record.timestamp() - since);
        if (recent.size() > KEPT) {
          recent.removeFirst();
        }
      }
    }
  }

  /** The median of each tenant's latest start latencies, in milliseconds. */
  public Map<String, Long> startLatencies() {
    var medians = new TreeMap<String, Long>();
    latencies.forEach(
        (tenant, recent) -> {
          synchronized (recent) {
            var sorted = recent.stream().sorted().toList();
            if (!sorted.isEmpty()) {
              medians.put(tenant, sorted.get(sorted.size() / 2));
            }
          }
        });
    return medians;
  }

  /** How many runs that have not completed this incarnation claimed last. */
  public int heldBy(String incarnation) {
    return claimed.heldBy(incarnation);
  }

  /** How many runs were claimed and have not completed. */
  public int claimed() {
    return claimed.size();
  }

  /** How often a run was claimed by another incarnation than before. */
  public int carriedOn() {
    return claimed.carriedOn();
  }

  /** How many runs have completed since this tail was opened. */
  public int completed() {
    return completed.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
