package dev.sluice.topology.catalog;

import dev.sluice.contract.Names;
import dev.sluice.schemas.Topics;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** The catalog's stores. Each instance can rebuild its own from the topics. */
final class CatalogStores {
  /** Runs by tenant and id. */
  static final String RUNS = "catalog-runs";

  /** Keys alone: tenant, newest submission first, id. */
  static final String ORDER = "catalog-order";

  /** Keys alone: tenant and id of the runs that have not ended. */
  static final String LIVE = "catalog-live";

  /** Keys alone: tenant, parent, number and id of the children. */
  static final String CHILDREN = "catalog-children";

  /** Keys alone: when it ended, tenant and id of the roots that have ended. */
  static final String ENDED = "catalog-ended";

  /** What runs have done so far, by tenant and id. */
  static final String PROGRESS = "catalog-progress";

  /** Loads by tenant. */
  static final String TENANTS = "catalog-tenants";

  /** Limits by tenant. */
  static final String LIMITS = "catalog-limits";

  /** Journal records by tenant, run and the rest of their key. */
  static final String JOURNAL = "catalog-journal";

  /** The position up to which the gate has passed each partition of {@link #SUBMITTED_TO}. */
  static final String PASSED = "catalog-passed";

  /** Dead letters by their position. */
  static final String DEAD = "catalog-dead-letters";

  /** The topics that submissions are written to. */
  static final Set<String> SUBMITTED_TO = Set.of(Topics.RUNS, Topics.SUBMISSIONS);

  private static final int NUMBER_DIGITS = 10;

  private CatalogStores() {}

  static Set<StoreBuilder<?>> builders() {
    return Set.of(
        onDisk(RUNS),
        onDisk(ORDER),
        inMemory(LIVE),
        onDisk(CHILDREN),
        onDisk(ENDED),
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

  /** Where a run stands among its tenant's. */
  static Bytes orderKey(RunView view) {
    return ViewCodec.key(view.tenant(), ViewCodec.newestFirst(view.submittedAtMs()), view.runId());
  }

  /** Where a root stands among those that have ended; null if it has not, or is none. */
  static @Nullable Bytes endedKey(RunView view) {
    var end = view.end();
    return end == null || !view.hasEnded() || !view.isRoot()
        ? null
        : ViewCodec.key(ViewCodec.oldestFirst(end.completedAtMs()), view.tenant(), view.runId());
  }

  /** Where a run stands among its parent's children; null if it has no parent. */
  static @Nullable Bytes childKey(RunView view) {
    var parent = view.parentRunId();
    if (parent == null) {
      return null;
    }
    var number = view.runId().substring(view.runId().lastIndexOf(Names.CHILD_SEPARATOR) + 1);
    var padded = "0".repeat(Math.max(0, NUMBER_DIGITS - number.length())) + number;
    return ViewCodec.key(view.tenant(), parent, padded, view.runId());
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
