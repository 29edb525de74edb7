package dev.sluice.topology.catalog;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Forgets runs that ended long ago: their views here, and their records in the journal, of which it
 * writes the tombstones. Only ended runs; a live one may need its journal for months.
 */
final class Retention {
  private static final int MAX_PER_SWEEP = 10_000;

  private final CatalogConfig config;
  private final KeyValueStore<Bytes, byte[]> runs;
  private final KeyValueStore<Bytes, byte[]> order;
  private final KeyValueStore<Bytes, byte[]> journal;

  Retention(
      CatalogConfig config,
      KeyValueStore<Bytes, byte[]> runs,
      KeyValueStore<Bytes, byte[]> order,
      KeyValueStore<Bytes, byte[]> journal) {
    this.config = config;
    this.runs = runs;
    this.order = order;
    this.journal = journal;
  }

  void sweep(long nowMs, Consumer<byte[]> tombstone) {
    int swept = 0;
    try (var all = runs.all()) {
      while (all.hasNext() && swept < MAX_PER_SWEEP) {
        var view = ViewCodec.read(all.next().value, RunView.class);
        if (view != null && isOver(view, nowMs)) {
          forget(view, tombstone);
          swept++;
        }
      }
    }
  }

  private boolean isOver(RunView view, long nowMs) {
    var end = view.end();
    if (end == null) {
      return false;
    }
    var keep = end.status().equals("DEAD") ? config.keepDead() : config.keepEnded();
    return nowMs - end.completedAtMs() > keep.toMillis();
  }

  private void forget(RunView view, Consumer<byte[]> tombstone) {
    var from = ViewCodec.key(view.tenant(), view.runId(), "");
    try (var records = journal.range(from, ViewCodec.after(view.tenant(), view.runId()))) {
      while (records.hasNext()) {
        var key = records.next().key;
        tombstone.accept(ViewCodec.parts(key)[2].getBytes(StandardCharsets.UTF_8));
        journal.delete(key);
      }
    }
    order.delete(
        ViewCodec.key(view.tenant(), ViewCodec.newestFirst(view.submittedAtMs()), view.runId()));
    runs.delete(ViewCodec.key(view.tenant(), view.runId()));
  }
}
