package dev.sluice.topology.catalog;

import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The catalog's stores. Each instance can rebuild its own from the topics. */
final class CatalogStores {
  /** Runs by tenant and id. */
  static final String RUNS = "catalog-runs";

  /** Keys alone: tenant, newest submission first, id. */
  static final String ORDER = "catalog-order";

  /** Keys alone: tenant and id of the runs that have not ended. */
  static final String LIVE = "catalog-live";

  /** Loads by tenant. */
  static final String TENANTS = "catalog-tenants";

  /** Limits by tenant. */
  static final String LIMITS = "catalog-limits";

  /** Journal records by tenant, run and the rest of their key. */
  static final String JOURNAL = "catalog-journal";

  /** The position up to which the gate has passed each partition of {@code runs}. */
  static final String PASSED = "catalog-passed";

  /** Dead letters by their position. */
  static final String DEAD = "catalog-dead-letters";

  private CatalogStores() {}

  static Set<StoreBuilder<?>> builders() {
    return Set.of(
        onDisk(RUNS),
        onDisk(ORDER),
        inMemory(LIVE),
        onDisk(TENANTS),
        onDisk(LIMITS),
        onDisk(JOURNAL),
        onDisk(PASSED),
        onDisk(DEAD));
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> inMemory(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> onDisk(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingEnabled();
  }
}
