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
 * Alarms on their way to {@code decisions}: they are appended to {@code progress}, for the gate to
 * read. Every gate process notices what is wrong; the one whose task has the partition that an
 * alarm belongs to tells it.
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

  /** Sends those that this process is to tell; to be called again and again. */
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
