package dev.sluice.runner.journal;

import dev.sluice.v1.JournalPosition;

/**
 * One position that an epoch replays.
 *
 * @param place where the gate says it stands and how its wait ended
 * @param appendedMs when its record was appended, by the log's clock
 * @param version of the agent that wrote it
 */
public record Replayed(JournalPosition place, long appendedMs, String version, Position entry) {}
