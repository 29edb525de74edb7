package dev.sluice.client;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of a run's journal. Of a batch of children it says how many; {@link
 * RunFilter#childrenOf} lists them.
 *
 * @param kind {@code STEP}, {@code SPAWN}, {@code SIGNAL}, {@code CHECKPOINT}, {@code YIELD},
 *     {@code END}, {@code INPUT}, {@code FENCE} and others
 * @param seq its number in the journal; −1 if it has none
 * @param name of the step, the signal or the change
 * @param tries how often the step was tried
 * @param bytes of the whole record
 * @param status of an end
 * @param waitingFor of a yield
 * @param count of children
 * @param value null if it has none, or none was asked for
 * @param valueOmitted why a value that was asked for is not there
 */
public record JournalEntry(
    String kind,
    int seq,
    int epoch,
    @Nullable String worker,
    @Nullable String name,
    int tries,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    Map<String, Long> charged,
    @Nullable RunFailure failure,
    long bytes,
    int partition,
    long offset,
    @Nullable String status,
    @Nullable String reason,
    @Nullable String waitingFor,
    int count,
    @Nullable Payload value,
    @Nullable String valueOmitted) {
  public JournalEntry {
    charged = Map.copyOf(charged);
  }
}
