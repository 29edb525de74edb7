package dev.sluice.topology.catalog;

import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.wire.JournalKey;

/** Where a journal record lies: with its tenant. */
final class JournalPlaces {
  private JournalPlaces() {}

  static int partition(byte[] journalKey, int partitions) {
    var key = JournalKey.parse(journalKey);
    return TenantPartitions.of(key.tenant(), partitions);
  }
}
