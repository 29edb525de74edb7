package dev.sluice.topology.gate.store;

import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The core's state in Kafka Streams' stores. They are written as the state changes, and read once,
 * from the first entry to the last, when a task starts. Nothing looks for the head of a queue, so
 * nothing ever scans tombstones. The ids of ended runs are in {@link RecentIdStore}.
 */
public final class GateStores {
  private static final String RUNS = "gate-runs";
  private static final String JOURNALS = "gate-journals";
  private static final String CHILDREN = "gate-children";
  private static final String TREES = "gate-trees";
  private static final String TENANTS = "gate-tenants";
  private static final String WORKERS = "gate-workers";
  private static final String KEPT = "gate-kept-commands";
  private static final String SETTINGS = "gate-settings";
  private static final String PACES = "gate-paces";
  private static final String CLOCK = "gate-clock";

  private final KeyValueStore<Bytes, byte[]> runs;
  private final KeyValueStore<Bytes, byte[]> journals;
  private final KeyValueStore<Bytes, byte[]> children;
  private final KeyValueStore<Bytes, byte[]> trees;
  private final KeyValueStore<Bytes, byte[]> tenants;
  private final KeyValueStore<Bytes, byte[]> workers;
  private final KeyValueStore<Bytes, byte[]> kept;
  private final KeyValueStore<Bytes, byte[]> settings;
  private final KeyValueStore<Bytes, byte[]> paces;
  private final KeyValueStore<Bytes, byte[]> clock;

  public GateStores(ProcessorContext<?, ?> context) {
    runs = context.getStateStore(RUNS);
    journals = context.getStateStore(JOURNALS);
    children = context.getStateStore(CHILDREN);
    trees = context.getStateStore(TREES);
    tenants = context.getStateStore(TENANTS);
    workers = context.getStateStore(WORKERS);
    kept = context.getStateStore(KEPT);
    settings = context.getStateStore(SETTINGS);
    paces = context.getStateStore(PACES);
    clock = context.getStateStore(CLOCK);
  }

  public static Set<StoreBuilder<?>> builders(Duration duplicateWindow) {
    return Set.of(
        keyValue(RUNS),
        keyValue(JOURNALS),
        keyValue(CHILDREN),
        keyValue(TREES),
        keyValue(TENANTS),
        keyValue(WORKERS),
        keyValue(KEPT),
        keyValue(SETTINGS),
        keyValue(PACES),
        keyValue(CLOCK),
        RecentIdStore.builder(duplicateWindow));
  }

  /**
   * In memory with a changelog: the state is small, and a restart after a kill reads it anyway.
   * With a cache, so that a transaction writes an entry once, however often it changes.
   */
  private static StoreBuilder<?> keyValue(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingEnabled();
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

  KeyValueStore<Bytes, byte[]> kept() {
    return kept;
  }

  KeyValueStore<Bytes, byte[]> settings() {
    return settings;
  }

  KeyValueStore<Bytes, byte[]> paces() {
    return paces;
  }

  KeyValueStore<Bytes, byte[]> clock() {
    return clock;
  }
}
