package dev.sluice.topology.catalog.intake;

import dev.sluice.topology.catalog.store.Aside;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.Changes;
import dev.sluice.topology.catalog.view.UnreadableView;
import dev.sluice.topology.catalog.view.ViewCodec;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The offset from which {@code decisions} were read without a gap. Knowledge from before is
 * unreliable: a completion may be older than a redrive that this catalog has not seen.
 */
final class Followed {
  private static final String KEY = "followed";
  private static final String ROUND = "round";
  private static final String WHOLE = "whole";

  private final Changes changes;
  private final Aside aside;

  Followed(Changes changes, Aside aside) {
    this.changes = changes;
    this.aside = aside;
  }

  /** The first offset that counts; the largest number if none does yet. */
  long from() {
    return read(KEY);
  }

  /**
   * Whether every live run is known: from the first decision on, or because between two ends of
   * rounds the gate has told of all.
   */
  boolean isWhole() {
    return from() == 0 || read(WHOLE) != Long.MAX_VALUE;
  }

  private long read(String name) {
    var key = ViewCodec.key(name);
    try {
      var known = ViewCodec.read(changes.get(CatalogStores.PASSED, key), Long.class);
      return known == null ? Long.MAX_VALUE : known;
    } catch (UnreadableView e) {
      aside.entry(CatalogStores.PASSED, name, e);
      return Long.MAX_VALUE;
    }
  }

  void read(Decision decision, RecordMetadata at, Gaps gaps) {
    var partition = new TopicPartition(at.topic(), at.partition());
    if (gaps.isFound(partition) || from() > at.offset()) {
      write(KEY, at.offset());
      changes.delete(CatalogStores.PASSED, ViewCodec.key(ROUND));
      changes.delete(CatalogStores.PASSED, ViewCodec.key(WHOLE));
    }
    if (decision.getKind() == DecisionKind.LIVE && decision.getRunId() == null) {
      roundIsOver(at.offset());
    }
  }

  /** A record may come twice: the same end counts once. */
  private void roundIsOver(long offset) {
    long first = read(ROUND);
    if (first == Long.MAX_VALUE) {
      write(ROUND, offset);
    } else if (offset > first && read(WHOLE) == Long.MAX_VALUE) {
      write(WHOLE, offset);
    }
  }

  private void write(String name, long offset) {
    changes.put(CatalogStores.PASSED, ViewCodec.key(name), ViewCodec.write(offset));
  }
}
