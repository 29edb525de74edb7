package dev.sluice.runner.worker;

import dev.sluice.v1.Dispatch;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.SpawnEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/** Reads what an epoch begins with: the run's input and what it is to replay. */
final class DispatchLoader {
  /** What an epoch begins with. */
  record Loaded(ByteBuffer input, List<JournalRecord> replay) {}

  private DispatchLoader() {}

  /**
   * Reads what a dispatch points at.
   *
   * @throws KafkaException if it is not there, or not what it should be
   */
  static Loaded load(Dispatch dispatch, JournalSource source) throws InterruptedException {
    var inline = dispatch.getSubmission();
    List<Long> offsets = new ArrayList<>();
    if (inline == null) {
      offsets.add(dispatch.getInputOffset());
    }
    dispatch.getReplay().stream().map(JournalPosition::getOffset).forEach(offsets::add);
    var records = source.read(dispatch.getGatePartition(), offsets);
    return inline == null
        ? new Loaded(input(dispatch, records.getFirst()), records.subList(1, records.size()))
        : new Loaded(inline.getInput(), records);
  }

  private static ByteBuffer input(Dispatch dispatch, JournalRecord record) {
    int index = dispatch.getInputIndex();
    if (index < 0 && record.getEntry() instanceof InputEntry entry) {
      return entry.getSubmission().getInput();
    }
    if (index >= 0
        && record.getEntry() instanceof SpawnEntry entry
        && index < entry.getChildren().size()) {
      // The record is shared by all its children.
      return entry.getChildren().get(index).getInput().duplicate();
    }
    throw new KafkaException(
        "no input at offset " + dispatch.getInputOffset() + ", place " + index);
  }
}
