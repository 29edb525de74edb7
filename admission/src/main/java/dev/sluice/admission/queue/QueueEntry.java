package dev.sluice.admission.queue;

import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import java.util.Comparator;

/**
 * A run's place in its tenant's queue: resumed runs first, then by priority, then by the age of the
 * root, deeper first.
 */
public record QueueEntry(
    boolean resumed, int priority, Origin root, int depth, String runId, long sinceMs)
    implements Comparable<QueueEntry> {
  private static final Comparator<QueueEntry> ORDER =
      Comparator.comparing((QueueEntry entry) -> !entry.resumed)
          .thenComparing(Comparator.comparingInt(QueueEntry::priority).reversed())
          .thenComparing(QueueEntry::root)
          .thenComparing(Comparator.comparingInt(QueueEntry::depth).reversed())
          .thenComparing(QueueEntry::runId);

  public static QueueEntry of(Run run) {
    return new QueueEntry(
        run.phase() instanceof Phase.Queued queued && queued.resumed(),
        run.spec().priority(),
        run.kin().rootOrigin(),
        run.kin().depth(),
        run.key().id(),
        run.phase().sinceMs());
  }

  @Override
  public int compareTo(QueueEntry other) {
    return ORDER.compare(this, other);
  }
}
