package dev.sluice.admission.journal;

import dev.sluice.admission.run.Signal;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gate's index entry of a journal record that counts and will be replayed.
 *
 * @param offset in the journal partition
 * @param size of the record's value, in bytes
 * @param epoch the epoch that wrote it
 * @param writer place of the incarnation that wrote it in its chunk's {@link JournalChunk#writers}
 * @param signal what a wait for a signal, or the taking of one, came to; null while it waits, when
 *     it timed out, and for all else
 * @param refused why a batch of children was refused, or a signal not delivered; null if it was
 *     not, and for all else
 * @param settled what a combined wait came to; null while it waits, and for all else
 */
public record Position(
    long offset,
    int size,
    int epoch,
    int writer,
    @Nullable Signal signal,
    @Nullable String refused,
    @Nullable Settled settled) {
  public static Position of(long offset, int size, int epoch, int writer) {
    return new Position(offset, size, epoch, writer, null, null, null);
  }

  public Position with(Signal taken) {
    return new Position(offset, size, epoch, writer, taken, refused, settled);
  }

  public Position with(Settled outcome) {
    return new Position(offset, size, epoch, writer, signal, refused, outcome);
  }

  /** The same with its writer at another place. */
  Position writtenBy(int place) {
    return new Position(offset, size, epoch, place, signal, refused, settled);
  }

  /** Signals that its record took, which are wiped with it. */
  public List<Signal> signals() {
    if (settled != null) {
      return settled.signals();
    }
    return signal == null ? List.of() : List.of(signal);
  }

  public Position refusedFor(String reason) {
    return new Position(
        offset,
        size,
        epoch,
        writer,
        signal,
        Texts.atMost(Bounds.KEPT_REASON_CHARS, reason),
        settled);
  }
}
