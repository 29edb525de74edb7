package dev.sluice.testkit.world;

import dev.sluice.runner.io.JournalBrokenException;
import dev.sluice.runner.io.JournalSource;
import dev.sluice.runner.io.Stored;
import dev.sluice.v1.JournalRecord;
import java.util.ArrayList;
import java.util.List;

/** The journal partition of a world; an offset is a place in a list. */
final class MemoryJournal implements JournalSource {
  private final List<Stored> records = new ArrayList<>();

  /** Appends a record and returns its offset. */
  synchronized long add(JournalRecord record, long atMs) {
    records.add(new Stored(record, atMs));
    return records.size() - 1L;
  }

  /** All that was appended, in order. */
  synchronized List<JournalRecord> records() {
    return records.stream().map(Stored::record).toList();
  }

  @Override
  public synchronized List<Stored> read(int partition, List<Long> offsets) {
    var found = new ArrayList<Stored>(offsets.size());
    for (long offset : offsets) {
      if (offset < 0 || offset >= records.size()) {
        throw new JournalBrokenException("no record at " + offset, null);
      }
      found.add(records.get((int) offset));
    }
    return found;
  }
}
