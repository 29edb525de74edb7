package dev.sluice.topology.gate.transaction;

import static dev.sluice.topology.gate.topic.ReadPartitions.get;

import dev.sluice.schemas.process.Alarms;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.gate.topic.ReadPartitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Detects open transactions that block readers of committed records, and reports their owners. On a
 * public topic, a transaction may be anybody's.
 */
public final class StandingReaders {
  static final String KIND = "readers stand";

  /** How often is looked; with the next one a standing reader is noticed within five seconds. */
  public static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final Duration STANDS_AFTER = Duration.ofSeconds(2);

  /** What the watchdog ends is no alarm before it should long have done so. */
  private static final Duration OURS_STAND_AFTER = Duration.ofSeconds(15);

  private final GateConfig config;
  private final Admin admin;
  private final ReadPartitions partitions;
  private final OpenTransactions transactions;
  private final ForeignTransactions foreign;
  private final ReadInputs inputs;
  private final Alarms alarms;
  private final Stops stops = new Stops();
  private volatile Map<TopicPartition, Duration> standing = Map.of();

  public StandingReaders(
      GateConfig config,
      Admin admin,
      ReadPartitions partitions,
      ForeignTransactions foreign,
      ReadInputs inputs,
      Alarms alarms) {
    this.config = config;
    this.admin = admin;
    this.partitions = partitions;
    transactions = foreign.transactions();
    this.foreign = foreign;
    this.inputs = inputs;
    this.alarms = alarms;
  }

  /** How long readers have stood in each partition where they do. */
  public Map<TopicPartition, Duration> standing() {
    return standing;
  }

  public void look() throws ExecutionException, InterruptedException, TimeoutException {
    var stood = stood(System.nanoTime());
    standing = stood;
    var open =
        stood.isEmpty() ? List.<OpenTransactions.Open>of() : transactions.earliest(stood.keySet());
    var texts = new TreeMap<String, String>();
    for (var one : open) {
      var since = stood.getOrDefault(one.partition(), Duration.ZERO);
      if (!isOurs(one.id()) || since.compareTo(OURS_STAND_AFTER) > 0) {
        texts.put(one.partition().toString(), text(one, since));
      }
    }
    alarms.set(KIND, texts);
    foreign.end(open);
  }

  private boolean isOurs(@Nullable String id) {
    return id != null
        && (id.startsWith(config.claimTransactionPrefix())
            || id.startsWith(config.applicationId() + "-"));
  }

  private Map<TopicPartition, Duration> stood(long now)
      throws ExecutionException, InterruptedException, TimeoutException {
    var all = partitions.all();
    var committed = ends(all, IsolationLevel.READ_COMMITTED);
    var ends = ends(all, IsolationLevel.READ_UNCOMMITTED);
    inputs.ended(ends, now);
    var stood = stops.stood(committed, ends, now);
    stood.values().removeIf(since -> since.compareTo(STANDS_AFTER) < 0);
    return stood;
  }

  private Map<TopicPartition, Long> ends(Collection<TopicPartition> of, IsolationLevel isolation)
      throws ExecutionException, InterruptedException, TimeoutException {
    var latest = new HashMap<TopicPartition, OffsetSpec>();
    of.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    var ends = new HashMap<TopicPartition, Long>();
    get(admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private static String text(OpenTransactions.Open open, Duration since) {
    var parts = new ArrayList<String>(List.of("for " + since.toSeconds() + " s, before"));
    if (open.producerId() < 0) {
      parts.add("an open transaction that this gate may not describe");
      return String.join(" ", parts);
    }
    parts.add("offset %d: producer %d".formatted(open.startOffset(), open.producerId()));
    parts.add(
        open.id() == null
            ? "of an unknown transactional id (may this gate describe it?)"
            : "with transactional id " + open.id());
    parts.add("has a transaction open");
    if (open.startMs() >= 0) {
      parts.add("since " + Instant.ofEpochMilli(open.startMs()));
    }
    if (open.known() != null) {
      parts.add("with a time-out of %d s".formatted(open.known().transactionTimeoutMs() / 1_000));
    }
    parts.add(
        "(kafka-transactions.sh abort --topic %s --partition %d --start-offset %d ends it)"
            .formatted(open.partition().topic(), open.partition().partition(), open.startOffset()));
    return String.join(" ", parts);
  }
}
