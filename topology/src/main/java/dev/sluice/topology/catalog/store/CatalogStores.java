package dev.sluice.topology.catalog.store;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The catalog's stores. Each instance can rebuild its own from the topics. */
public final class CatalogStores {
  /** Runs by tenant and id. */
  public static final String RUNS = "catalog-runs";

  /** What runs have returned, as it is, by tenant and id. */
  public static final String OUTPUTS = "catalog-outputs";

  /** By what runs are found; see {@link RunIndex}. */
  public static final String INDEX = "catalog-index";

  /** What runs have done so far, by tenant and id. */
  public static final String PROGRESS = "catalog-progress";

  /** Loads by tenant. */
  public static final String TENANTS = "catalog-tenants";

  /** Limits by tenant. */
  public static final String LIMITS = "catalog-limits";

  /** Journal records by tenant, run and their place in its journal. */
  public static final String JOURNAL = "catalog-journal";

  /**
   * The position up to which the gate has passed each partition of {@link #SUBMITTED_TO}, and from
   * which on {@code decisions} were followed.
   */
  public static final String PASSED = "catalog-passed";

  /** Settings of a gate partition, by kind and name. */
  public static final String SETTINGS = "catalog-settings";

  /** Dead letters by their position. */
  public static final String DEAD = "catalog-dead-letters";

  /** The topics that submissions are written to. */
  public static final Set<String> SUBMITTED_TO = Set.of(Topics.RUNS, Topics.SUBMISSIONS);

  private CatalogStores() {}

  public static Set<StoreBuilder<?>> builders() {
    return Set.of(
        onDisk(RUNS),
        onDisk(OUTPUTS),
        onDisk(INDEX),
        onDisk(PROGRESS),
        onDisk(TENANTS),
        onDisk(LIMITS),
        onDisk(JOURNAL),
        onDisk(PASSED),
        onDisk(SETTINGS),
        onDisk(DEAD));
  }

  /** What a partition is passed under; of {@code runs} as it was before there were two topics. */
  public static Bytes passedKey(String topic, int partition) {
    var number = Integer.toString(partition);
    return ViewCodec.key(topic.equals(Topics.RUNS) ? number : topic + "-" + number);
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> onDisk(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingEnabled();
  }
}
