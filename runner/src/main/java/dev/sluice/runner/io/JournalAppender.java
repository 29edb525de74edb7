package dev.sluice.runner.io;

import dev.sluice.v1.JournalRecord;
import java.util.concurrent.CompletableFuture;

/** Where a worker's journal records go. */
public interface JournalAppender {
  /**
   * Appends once; never twice, whatever comes of it.
   *
   * @return completes when the record is acknowledged, with its append time as whoever reads it
   *     later sees it; exceptionally when that is not known
   */
  CompletableFuture<Long> append(JournalRecord record, int partition);

  /**
   * The same for the record that ends an epoch.
   *
   * @param emitted how many chunks of output the epoch has emitted, for those who watch; a journal
   *     that nobody watches need not keep it
   */
  default CompletableFuture<Long> appendLast(JournalRecord record, int partition, long emitted) {
    return append(record, partition);
  }
}
