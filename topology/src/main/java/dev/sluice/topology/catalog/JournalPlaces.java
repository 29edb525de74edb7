package dev.sluice.topology.catalog;

import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.wire.JournalKey;

/** Partitions journal records by tenant. */
final class JournalPlaces {
  private JournalPlaces() {}

  static int partition(byte[] journalKey, int partitions) {
    var key = JournalKey.parse(journalKey);
    return TenantPartitions.of(key.tenant(), partitions);
  }
}
