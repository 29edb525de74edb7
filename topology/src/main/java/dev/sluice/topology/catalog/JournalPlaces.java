package dev.sluice.topology.catalog;

import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.schemas.wire.JournalKey;
import java.nio.charset.StandardCharsets;

/** Where a journal record lies: with its tenant. */
final class JournalPlaces {
  private JournalPlaces() {}

  static int partition(byte[] journalKey, int partitions) {
    var key = JournalKey.parse(new String(journalKey, StandardCharsets.UTF_8));
    return TenantPartitions.of(key.tenant(), partitions);
  }
}
