package dev.sluice.topology.gate.store;

import dev.sluice.admission.port.RecentIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The ids of ended runs and commands, on disk, with a changelog that is deleted by time. An id is
 * found for the whole window and up to a minute longer.
 */
public final class RecentIdStore implements RecentIds {
  private static final String NAME = "gate-ids";
  private static final int HASH_BYTES = 16;

  /** One body of 2^64 has this hash, and never conflicts. */
  private static final long NO_HASH = 0;

  /** Append times of several topics differ; what is found must not depend on what was forgotten. */
  private static final Duration SLACK = Duration.ofHours(2);

  private final KeyValueStore<Bytes, byte[]> ids;
  private final long windowMs;
  private final MessageDigest hash = sha256();

  public RecentIdStore(ProcessorContext<?, ?> context, Duration window) {
    ids = context.getStateStore(NAME);
    windowMs = window.toMillis();
  }

  static StoreBuilder<?> builder(Duration window) {
    var kept = window.plus(SLACK);
    var supplier =
        new KeyValueBytesStoreSupplier() {
          @Override
          public String name() {
            return NAME;
          }

          @Override
          public KeyValueStore<Bytes, byte[]> get() {
            return new IdStore(NAME, Math.toIntExact(kept.toMinutes()));
          }

          @Override
          public String metricsScope() {
            return "mapped";
          }
        };
    return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(
            Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                // What the gate writes carries FairIntake's virtual time, which is long past.
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                TimestampType.LOG_APPEND_TIME.name,
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(kept.toMillis()),
                TopicConfig.SEGMENT_MS_CONFIG,
                Long.toString(Math.max(Duration.ofMinutes(10).toMillis(), kept.toMillis() / 24))));
  }

  @Override
  public Optional<Known> find(String id, long nowMs) {
    byte[] value = ids.get(hash(id));
    if (value == null) {
      return Optional.empty();
    }
    var entry = IdStore.entry(value);
    long usedUntilMs = TimeUnit.MINUTES.toMillis(entry.minute() + 1L);
    var bodyHash = entry.bodyHash() == NO_HASH ? null : Long.valueOf(entry.bodyHash());
    return usedUntilMs > nowMs - windowMs
        ? Optional.of(new Known(entry.mark(), bodyHash))
        : Optional.empty();
  }

  @Override
  public void add(String id, long nowMs, Known known) {
    int minute = (int) TimeUnit.MILLISECONDS.toMinutes(nowMs);
    long bodyHash = known.bodyHash() == null ? NO_HASH : known.bodyHash();
    ids.put(hash(id), IdStore.bytes(new IdTable.Entry(known.mark(), bodyHash, minute)));
  }

  /** How many are remembered, those too old included that have not been forgotten yet. */
  public long size() {
    return ids.approximateNumEntries();
  }

  /** The first 128 bits of SHA-256. */
  private Bytes hash(String id) {
    byte[] full = hash.digest(id.getBytes(StandardCharsets.UTF_8));
    return Bytes.wrap(Arrays.copyOf(full, HASH_BYTES));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
