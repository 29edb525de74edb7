package dev.sluice.runner.io;

import dev.sluice.v1.JournalRecord;

/**
 * A record as it stands in the journal.
 *
 * @param appendedMs its append time, by the log's clock: the same for whoever reads it
 */
public record Stored(JournalRecord record, long appendedMs) {}
