package dev.sluice.admission.journal;

import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.values.Sorted;
import dev.sluice.contract.Amounts;
import java.util.List;
import java.util.Map;

/**
 * A piece of a run's journal index, small enough to be written anew with each position.
 *
 * @param number from 0; chunk k holds the positions 64 k + 1 to 64 k + 64
 * @param positions in order
 * @param writers the incarnations that wrote them, each once
 * @param totals of the whole run when the chunk was written; the last chunk's count
 */
public record JournalChunk(
    int number, List<Position> positions, List<Incarnation> writers, Totals totals) {
  /** Positions in a full chunk. */
  public static final int SIZE = 64;

  /**
   * Sums over a run's whole journal.
   *
   * @param first the position that replay begins with: 1, or the last checkpoint
   * @param steps step results
   * @param spawned children asked for
   * @param charged per meter
   * @param needs what replaying it takes, from {@code first} on
   */
  public record Totals(int first, int steps, int spawned, Map<String, Long> charged, Needs needs) {
    static final Totals NONE = new Totals(1, 0, 0, Map.of(), Needs.NONE);

    public Totals {
      charged = Sorted.copyOf(charged);
      needs = Needs.orNone(needs);
    }

    public Totals plus(int moreSteps, int moreSpawned, Map<String, Long> charge) {
      return new Totals(
          first,
          steps + moreSteps,
          (int) Math.min(Integer.MAX_VALUE, (long) spawned + moreSpawned),
          Amounts.sum(charged, charge),
          needs);
    }

    /** With what one more record needs. */
    public Totals plus(Needs record) {
      return new Totals(first, steps, spawned, charged, needs.plus(record));
    }

    /** With nothing to be replayed before a checkpoint, which needs this. */
    public Totals from(int checkpoint, Needs record) {
      return new Totals(checkpoint, steps, spawned, charged, record);
    }
  }

  public JournalChunk {
    if (positions.size() > SIZE) {
      throw new IllegalArgumentException(
          "a chunk holds at most " + SIZE + " positions, got " + positions.size());
    }
    positions = List.copyOf(positions);
    writers = List.copyOf(writers);
  }

  static JournalChunk empty(int number, Totals totals) {
    return new JournalChunk(number, List.of(), List.of(), totals);
  }

  JournalChunk with(Totals next) {
    return new JournalChunk(number, positions, writers, next);
  }
}
