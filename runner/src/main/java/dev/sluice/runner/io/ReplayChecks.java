package dev.sluice.runner.io;

import dev.sluice.runner.journal.Position;
import dev.sluice.runner.journal.Replayed;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.SpawnEntry;
import java.util.HashSet;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Checks that a journal's record is what the dispatch says it is, whoever wrote either. */
public final class ReplayChecks {
  private final Dispatch dispatch;

  public ReplayChecks(Dispatch dispatch) {
    this.dispatch = dispatch;
  }

  /**
   * The record of a position.
   *
   * @throws JournalBrokenException if it is another
   */
  Replayed position(JournalPosition position, Stored stored) {
    var record = stored.record();
    ofTenant(position.getOffset(), record);
    var entry = Position.of(record.getEntry());
    boolean fits =
        record.getRunId().equals(dispatch.getRunId())
            && record.getSeq() == position.getSeq()
            && record.getEpoch() <= dispatch.getEpoch()
            && isPossible(entry, position);
    if (entry == null || !fits) {
      throw other(position.getOffset(), "position " + position.getSeq() + " of the run", record);
    }
    checkDecided(entry, position);
    var code = record.getCodePosition();
    return new Replayed(
        position,
        stored.appendedMs(),
        record.getAgentVersion(),
        entry,
        code == null ? position.getSeq() : code);
  }

  private static boolean isPossible(@Nullable Position entry, JournalPosition position) {
    return switch (entry) {
      case Position.Spawned(List<ChildSpec> children) ->
          children.stream().allMatch(ReplayChecks::isNumbered);
      case Position.Combined combined -> position.getCombined() == null || combined.fits(position);
      case null, default -> true;
    };
  }

  /** A gate that fails on a run at such a wait, or on the record of one, decides nothing of it. */
  private static void checkDecided(Position entry, JournalPosition position) {
    if (entry instanceof Position.Combined && position.getCombined() == null) {
      throw new JournalBrokenException(
          ("it was never decided what the run's wait for several things at position %d came to,"
                  + " as the gate failed on the run there: the run cannot go on, submit it anew")
              .formatted(position.getSeq()),
          null);
    }
  }

  /** That each of these has a place of its own in the code, behind that of the first in order. */
  static void places(List<Replayed> replay) {
    if (replay.stream().allMatch(one -> one.code() == one.place().getSeq())) {
      return;
    }
    var taken = new HashSet<Integer>();
    for (var one : replay) {
      int first = replay.getFirst().place().getSeq();
      boolean isBase = one.entry() instanceof Position.Checkpoint;
      if (one.code() < first
          || !taken.add(one.code())
          || (isBase && one.code() != one.place().getSeq())) {
        throw new JournalBrokenException(
            "position %d of the journal must belong to a place in the code that is its own, got %d"
                .formatted(one.place().getSeq(), one.code()),
            null);
      }
    }
  }

  /** The record with the run's own input. */
  InputEntry input(long offset, JournalRecord record) {
    ofTenant(offset, record);
    if (record.getEntry() instanceof InputEntry entry
        && record.getRunId().equals(dispatch.getRunId())) {
      return entry;
    }
    throw other(offset, "the run's input", record);
  }

  /** The child of a batch that the run is. */
  ChildSpec child(long offset, int index, JournalRecord record) {
    ofTenant(offset, record);
    if (record.getEntry() instanceof SpawnEntry entry && index < entry.getChildren().size()) {
      return entry.getChildren().get(index);
    }
    throw other(offset, "a batch of more than " + index + " children", record);
  }

  /** An entry that another than this run wrote, of the same tenant. */
  public <E extends SpecificRecord> E entry(long offset, JournalRecord record, Class<E> type) {
    ofTenant(offset, record);
    if (!type.isInstance(record.getEntry())) {
      throw other(offset, "a " + type.getSimpleName(), record);
    }
    return type.cast(record.getEntry());
  }

  private void ofTenant(long offset, JournalRecord record) {
    if (!record.getTenant().equals(dispatch.getTenant())) {
      throw other(offset, "a record of the run's tenant", record);
    }
  }

  private static boolean isNumbered(ChildSpec child) {
    return child.getNumber() >= 1 && child.getNumber() <= DispatchChecks.MOST_NUMBERED;
  }

  private static JournalBrokenException other(long offset, String expected, JournalRecord found) {
    return new JournalBrokenException(
        "offset %d of the journal must hold %s, got %s %d"
            .formatted(
                offset, expected, found.getEntry().getClass().getSimpleName(), found.getSeq()),
        null);
  }
}
