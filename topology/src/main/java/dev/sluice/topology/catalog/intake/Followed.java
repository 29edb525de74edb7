package dev.sluice.topology.catalog.intake;

import dev.sluice.topology.catalog.store.Aside;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.Changes;
import dev.sluice.topology.catalog.view.UnreadableView;
import dev.sluice.topology.catalog.view.ViewCodec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * From which offset on {@code decisions} were followed without a gap. What a run was before is
 * hearsay: a completion of it may be older than a redrive that nobody told.
 */
final class Followed {
  private static final String KEY = "followed";

  private final Changes changes;
  private final Aside aside;

  Followed(Changes changes, Aside aside) {
    this.changes = changes;
    this.aside = aside;
  }

  /** The first offset that counts; the largest number if none does yet. */
  long from() {
    var key = ViewCodec.key(KEY);
    try {
      var known = ViewCodec.read(changes.get(CatalogStores.PASSED, key), Long.class);
      return known == null ? Long.MAX_VALUE : known;
    } catch (UnreadableView e) {
      aside.entry(CatalogStores.PASSED, KEY, e);
      return Long.MAX_VALUE;
    }
  }

  void read(RecordMetadata at, Gaps gaps) {
    var partition = new TopicPartition(at.topic(), at.partition());
    if (gaps.isFound(partition) || from() > at.offset()) {
      changes.put(CatalogStores.PASSED, ViewCodec.key(KEY), ViewCodec.write(at.offset()));
    }
  }
}
