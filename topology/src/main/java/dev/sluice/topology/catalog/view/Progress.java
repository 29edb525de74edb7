package dev.sluice.topology.catalog.view;

import dev.sluice.contract.Amounts;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.VersionEntry;
import dev.sluice.v1.YieldEntry;
import java.util.Map;
import java.util.Objects;

/**
 * A run's progress, from the records of its journal that count. It is kept apart from the records,
 * because a checkpoint wipes the earlier ones. The run's completion is authoritative.
 *
 * @param offset of the last record taken in; the same record again changes nothing
 * @param fence the first epoch that may still write
 * @param epoch the last epoch that wrote
 * @param writer who wrote first in that epoch: nobody else may
 * @param over whether that epoch has written its last record
 * @param last the last position
 */
public record Progress(
    long offset,
    int fence,
    int epoch,
    String writer,
    boolean over,
    int last,
    int steps,
    Map<String, Long> charged) {
  public Progress {
    Objects.requireNonNull(writer, "writer");
    Objects.requireNonNull(charged, "charged");
  }

  public static final Progress NONE = new Progress(-1, 0, 0, "", false, 0, 0, Map.of());

  public Progress after(JournalRecord record, long at) {
    if (at <= offset) {
      return this;
    }
    return switch (record.getEntry()) {
      case FenceEntry fenced -> passed(at, Math.max(fence, record.getEpoch()));
      case StepEntry step -> position(record, at, 1, step.getCharged());
      case SpawnEntry spawn -> position(record, at, 0, spawn.getCharged());
      case CancelEntry cancel -> position(record, at, 0, cancel.getCharged());
      case SendEntry send -> position(record, at, 0, send.getCharged());
      case SignalEntry signal -> position(record, at, 0, signal.getCharged());
      case CombinedEntry combined -> position(record, at, 0, combined.getCharged());
      case VersionEntry version -> position(record, at, 0, version.getCharged());
      case CheckpointEntry checkpoint -> position(record, at, 0, checkpoint.getCharged());
      case EndEntry end -> mayWrite(record) ? closed(record, at, last, end.getCharged()) : seen(at);
      case YieldEntry yielded -> yielded(record, at, yielded);
      default -> seen(at);
    };
  }

  private boolean mayWrite(JournalRecord record) {
    if (record.getEpoch() < fence || record.getEpoch() < epoch) {
      return false;
    }
    return record.getEpoch() > epoch || (!over && record.getIncarnation().equals(writer));
  }

  private Progress seen(long at) {
    return passed(at, fence);
  }

  private Progress passed(long at, int newFence) {
    return new Progress(at, newFence, epoch, writer, over, last, steps, charged);
  }

  private Progress position(JournalRecord record, long at, int more, Map<String, Long> charges) {
    return mayWrite(record) && record.getSeq() > last
        ? new Progress(
            at,
            fence,
            record.getEpoch(),
            record.getIncarnation(),
            false,
            record.getSeq(),
            steps + more,
            plus(charges))
        : seen(at);
  }

  private Progress yielded(JournalRecord record, long at, YieldEntry yielded) {
    if (!mayWrite(record)) {
      return seen(at);
    }
    boolean isPosition =
        yielded.getWait() instanceof Sleep
            || yielded.getWait() instanceof SignalWait
            || yielded.getWait() instanceof CombinedWait;
    return closed(record, at, isPosition ? record.getSeq() : last, yielded.getCharged());
  }

  private Progress closed(JournalRecord record, long at, int newLast, Map<String, Long> charges) {
    return new Progress(
        at, fence, record.getEpoch(), record.getIncarnation(), true, newLast, steps, plus(charges));
  }

  private Map<String, Long> plus(Map<String, Long> charges) {
    if (charges.isEmpty()) {
      return charged;
    }
    return Amounts.sum(charged, Kept.charges(charged.keySet(), charges));
  }
}
