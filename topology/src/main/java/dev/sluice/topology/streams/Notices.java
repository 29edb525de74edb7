package dev.sluice.topology.streams;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.schemas.process.Alarms;
import dev.sluice.v1.Notice;
import dev.sluice.v1.Progress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/**
 * Passes alarms on to {@code decisions} by appending them to {@code progress}, where the gate reads
 * them. Every gate process detects a problem; the one whose task has the alarm's partition reports
 * it.
 */
public final class Notices {
  private static final int MAX_WAITING = 1_000;

  /** Long enough for tasks to be taken over; whoever has the partition has noticed it, too. */
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private record Waiting(String text, int partition, long sinceNanos) {}

  private final ProgressSender sender;
  private final IntPredicate isHere;
  private final int partitions;
  private final Queue<Waiting> waiting = new ArrayDeque<>();

  /**
   * Alarms of one process.
   *
   * @param isHere whether this process is the one that tells of a gate partition
   * @param partitions of the gate
   */
  public Notices(ProgressSender sender, IntPredicate isHere, int partitions) {
    this.sender = sender;
    this.isHere = isHere;
    this.partitions = partitions;
  }

  /** Takes an alarm; never blocks. */
  public synchronized void take(Alarms.Alarm alarm) {
    if (waiting.size() < MAX_WAITING) {
      var text = alarm.toString();
      int partition = Math.floorMod((alarm.kind() + alarm.subject()).hashCode(), partitions);
      var bounded = Texts.atMost(Bounds.REASON_CHARS, text);
      waiting.add(new Waiting(bounded, partition, System.nanoTime()));
    }
  }

  /** Sends the alarms that this process must report; call it regularly. */
  public synchronized void sendThoseOfHere() {
    long now = System.nanoTime();
    waiting.removeIf(one -> now - one.sinceNanos() > KEPT_NANOS);
    waiting.removeIf(this::sent);
  }

  private boolean sent(Waiting one) {
    if (!isHere.test(one.partition())) {
      return false;
    }
    sender.send(new Progress(new Notice(one.text())), Set.of(one.partition()));
    return true;
  }
}
