package dev.sluice.runner.io;

import dev.sluice.v1.JournalRecord;
import java.util.concurrent.CompletableFuture;

/** Where a worker's journal records go. */
public interface JournalAppender {
  /**
   * Appends once; never twice, whatever comes of it.
   *
   * @return completes when the record is acknowledged; exceptionally when that is not known
   */
  CompletableFuture<Void> append(JournalRecord record, int partition);
}
