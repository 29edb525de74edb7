package dev.sluice.topology.catalog;

import dev.sluice.schemas.Topics;
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

  /** What runs have returned, as it is, by tenant and id. */
  static final String OUTPUTS = "catalog-outputs";

  /** By what runs are found; see {@link RunIndex}. */
  static final String INDEX = "catalog-index";

  /** What runs have done so far, by tenant and id. */
  static final String PROGRESS = "catalog-progress";

  /** Loads by tenant. */
  static final String TENANTS = "catalog-tenants";

  /** Limits by tenant. */
  static final String LIMITS = "catalog-limits";

  /** Journal records by tenant, run and their place in its journal. */
  static final String JOURNAL = "catalog-journal";

  /**
   * The position up to which the gate has passed each partition of {@link #SUBMITTED_TO}, and from
   * which on {@code decisions} were followed.
   */
  static final String PASSED = "catalog-passed";

  /** Dead letters by their position. */
  static final String DEAD = "catalog-dead-letters";

  /** The topics that submissions are written to. */
  static final Set<String> SUBMITTED_TO = Set.of(Topics.RUNS, Topics.SUBMISSIONS);

  private CatalogStores() {}

  static Set<StoreBuilder<?>> builders() {
    return Set.of(
        onDisk(RUNS),
        onDisk(OUTPUTS),
        onDisk(INDEX),
        onDisk(PROGRESS),
        onDisk(TENANTS),
        onDisk(LIMITS),
        onDisk(JOURNAL),
        onDisk(PASSED),
        onDisk(DEAD));
  }

  /** What a partition is passed under; of {@code runs} as it was before there were two topics. */
  static Bytes passedKey(String topic, int partition) {
    var number = Integer.toString(partition);
    return ViewCodec.key(topic.equals(Topics.RUNS) ? number : topic + "-" + number);
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> onDisk(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingEnabled();
  }
}
