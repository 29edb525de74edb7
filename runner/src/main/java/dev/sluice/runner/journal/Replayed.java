package dev.sluice.runner.journal;

import dev.sluice.v1.JournalPosition;

/**
 * One position that an epoch replays.
 *
 * @param place where the gate says it stands and how its wait ended
 * @param appendedMs when its record was appended, by the log's clock
 * @param version of the agent that wrote it
 * @param code the position in the code that it belongs to
 */
public record Replayed(
    JournalPosition place, long appendedMs, String version, Position entry, int code) {
  /** The place of a step that was started and of which nothing is journaled yet. */
  static Replayed missing(int code, String version) {
    return new Replayed(
        new JournalPosition(code, -1L, -1L, null, null), 0, version, new Position.Missing(), code);
  }
}
