package dev.sluice.topology.catalog.store;

import dev.sluice.topology.catalog.view.ViewCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** The sorted names of tenants that have a load or limits, read lazily. */
public final class TenantNames implements AutoCloseable {
  private record Head(String name, KeyValueIterator<Bytes, byte[]> rest)
      implements Comparable<Head> {
    @Override
    public int compareTo(Head other) {
      return name.compareTo(other.name);
    }
  }

  private final List<KeyValueIterator<Bytes, byte[]>> sources = new ArrayList<>();
  private final PriorityQueue<Head> heads = new PriorityQueue<>();
  private @Nullable String last;

  public TenantNames(QueryStores stores, @Nullable String after) {
    last = after;
    var from = after == null ? null : ViewCodec.key(after);
    for (int partition = 0; partition < stores.partitions(); partition++) {
      for (var store : List.of(CatalogStores.TENANTS, CatalogStores.LIMITS)) {
        var source = stores.store(store, partition).range(from, null);
        sources.add(source);
        advance(source);
      }
    }
  }

  private void advance(KeyValueIterator<Bytes, byte[]> source) {
    if (source.hasNext()) {
      heads.add(new Head(ViewCodec.parts(source.next().key)[0], source));
    }
  }

  /** The next name; null if there is none. */
  public @Nullable String next() {
    while (!heads.isEmpty()) {
      var head = heads.remove();
      advance(head.rest());
      if (!head.name().isEmpty() && !head.name().equals(last)) {
        last = head.name();
        return head.name();
      }
    }
    return null;
  }

  @Override
  public void close() {
    sources.forEach(KeyValueIterator::close);
  }
}
