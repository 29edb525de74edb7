package dev.sluice.topology.gate;

import dev.sluice.admission.RecentIds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The core's state in Kafka Streams' stores. They are written as it changes and read once, when a
 * task starts, from their first entry to their last; nothing looks for a head, so nothing ever
 * walks over tombstones. The ids of ended runs lie in hourly windows that are dropped whole.
 */
final class GateStores implements RecentIds {
  private static final String RUNS = "gate-runs";
  private static final String JOURNALS = "gate-journals";
  private static final String CHILDREN = "gate-children";
  private static final String TREES = "gate-trees";
  private static final String TENANTS = "gate-tenants";
  private static final String WORKERS = "gate-workers";
  private static final String CLOCK = "gate-clock";
  private static final String RECENT = "gate-recent";
  private static final Duration BUCKET = Duration.ofHours(1);
  private final KeyValueStore<Bytes, byte[]> runs;
  private final KeyValueStore<Bytes, byte[]> journals;
  private final KeyValueStore<Bytes, byte[]> children;
  private final KeyValueStore<Bytes, byte[]> trees;
  private final KeyValueStore<Bytes, byte[]> tenants;
  private final KeyValueStore<Bytes, byte[]> workers;
  private final KeyValueStore<Bytes, byte[]> clock;
  private final WindowStore<Bytes, byte[]> recent;
  private final long windowMs;
  private final MessageDigest hash = sha256();

  GateStores(ProcessorContext<?, ?> context, Duration duplicateWindow) {
    runs = context.getStateStore(RUNS);
    journals = context.getStateStore(JOURNALS);
    children = context.getStateStore(CHILDREN);
    trees = context.getStateStore(TREES);
    tenants = context.getStateStore(TENANTS);
    workers = context.getStateStore(WORKERS);
    clock = context.getStateStore(CLOCK);
    recent = context.getStateStore(RECENT);
    windowMs = duplicateWindow.toMillis();
  }

  static Set<StoreBuilder<?>> builders(Duration duplicateWindow) {
    var recentIds =
        Stores.windowStoreBuilder(
            Stores.inMemoryWindowStore(
                RECENT, duplicateWindow.plus(BUCKET.multipliedBy(2)), BUCKET, false),
            Serdes.Bytes(),
            Serdes.ByteArray());
    return Set.of(
        keyValue(RUNS),
        keyValue(JOURNALS),
        keyValue(CHILDREN),
        keyValue(TREES),
        keyValue(TENANTS),
        keyValue(WORKERS),
        keyValue(CLOCK),
        recentIds);
  }

  /** In memory with a changelog: the state is small, and a restart after a kill reads it anyway. */
  private static StoreBuilder<?> keyValue(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
  }

  KeyValueStore<Bytes, byte[]> runs() {
    return runs;
  }

  KeyValueStore<Bytes, byte[]> journals() {
    return journals;
  }

  KeyValueStore<Bytes, byte[]> children() {
    return children;
  }

  KeyValueStore<Bytes, byte[]> trees() {
    return trees;
  }

  KeyValueStore<Bytes, byte[]> tenants() {
    return tenants;
  }

  KeyValueStore<Bytes, byte[]> workers() {
    return workers;
  }

  KeyValueStore<Bytes, byte[]> clock() {
    return clock;
  }

  // --- ids of ended runs and commands

  @Override
  public OptionalLong find(String id, long nowMs) {
    var key = hash(id);
    for (long at = bucket(nowMs); at >= nowMs - windowMs; at -= BUCKET.toMillis()) {
      byte[] mark = recent.fetch(key, at);
      if (mark != null) {
        return OptionalLong.of(ByteBuffer.wrap(mark).getLong());
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public void add(String id, long nowMs, long mark) {
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(mark).array();
    recent.put(hash(id), value, bucket(nowMs));
  }

  private static long bucket(long nowMs) {
    return nowMs - Math.floorMod(nowMs, BUCKET.toMillis());
  }

  /** The first 128 bits of SHA-256. */
  private Bytes hash(String id) {
    byte[] full = hash.digest(id.getBytes(StandardCharsets.UTF_8));
    return Bytes.wrap(Arrays.copyOf(full, 16));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
