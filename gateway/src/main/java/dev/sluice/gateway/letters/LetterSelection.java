package dev.sluice.gateway.letters;

import dev.sluice.v1.DeadLetter;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: all conditions hold.
 *
 * @param records those that were set aside; empty for any
 * @param since append time of the record at the earliest; null for any
 * @param reason text that the reason contains; empty for any
 */
public record LetterSelection(Set<RecordPlace> records, @Nullable Instant since, String reason) {
  public LetterSelection {
    records = Set.copyOf(records);
  }

  boolean has(RecordPlace place, DeadLetter letter) {
    return (records.isEmpty() || records.contains(place))
        && (since == null || letter.getAtMs() >= since.toEpochMilli())
        && letter.getReason().contains(reason);
  }
}
