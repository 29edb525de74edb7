package dev.sluice.topology.catalog.store;

import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The stores of all partitions, as queries see them. */
public interface QueryStores {
  /** How many partitions there are. */
  int partitions();

  /**
   * A store of one partition, or, where {@code partition} is null, of all, one behind the other.
   */
  ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, @Nullable Integer partition);

  default byte @Nullable [] get(String store, Bytes key) {
    return store(store, null).get(key);
  }

  /** From {@code from} to {@code to}; sorted if all that is found lies in one partition. */
  default KeyValueIterator<Bytes, byte[]> range(String store, Bytes from, Bytes to) {
    return store(store, null).range(from, to);
  }

  static QueryStores of(Supplier<KafkaStreams> streams) {
    return new QueryStores() {
      @Override
      public int partitions() {
        // An instance reads all partitions: one task for each.
        return 1
            + streams.get().metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .mapToInt(task -> task.taskId().partition())
                .max()
                .orElse(-1);
      }

      @Override
      public ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, @Nullable Integer partition) {
        var parameters =
            StoreQueryParameters.fromNameAndType(
                name, QueryableStoreTypes.<Bytes, byte[]>keyValueStore());
        return streams
            .get()
            .store(partition == null ? parameters : parameters.withPartition(partition));
      }
    };
  }
}
