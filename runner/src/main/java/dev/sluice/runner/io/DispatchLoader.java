package dev.sluice.runner.io;

import dev.sluice.runner.journal.Replayed;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.JournalRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/** Reads what an epoch begins with: the run's input and what it is to replay. */
public final class DispatchLoader {
  /** What an epoch begins with. */
  public record Loaded(ByteBuffer input, List<Replayed> replay) {}

  private DispatchLoader() {}

  /**
   * Reads what a dispatch points at.
   *
   * @throws JournalBrokenException if it is not there and will not be, or not what it should be
   * @throws KafkaException if it cannot be read now
   */
  public static Loaded load(Dispatch dispatch, JournalSource source) throws InterruptedException {
    var inline = dispatch.getSubmission();
    List<Long> offsets = new ArrayList<>();
    if (inline == null) {
      offsets.add(dispatch.getInputOffset());
    }
    var positions = dispatch.getReplay();
    positions.stream().map(JournalPosition::getOffset).forEach(offsets::add);
    var records = source.read(dispatch.getGatePartition(), offsets);
    var checks = new ReplayChecks(dispatch);
    int first = offsets.size() - positions.size();
    var replay = new ArrayList<Replayed>(positions.size());
    for (int i = 0; i < positions.size(); i++) {
      replay.add(checks.position(positions.get(i), records.get(first + i)));
    }
    ReplayChecks.places(replay);
    return inline == null
        ? new Loaded(input(dispatch, checks, records.getFirst().record()), replay)
        : new Loaded(inline.getInput(), replay);
  }

  private static ByteBuffer input(Dispatch dispatch, ReplayChecks checks, JournalRecord record) {
    long offset = dispatch.getInputOffset();
    int index = dispatch.getInputIndex();
    return index < 0
        ? checks.input(offset, record).getSubmission().getInput()
        // The record is shared by all its children.
        : checks.child(offset, index, record).getInput().duplicate();
  }
}
