package dev.sluice.topology.gate;

import dev.sluice.topology.gate.transaction.ReadSubmissions;
import dev.sluice.topology.streams.ProgressSender;
import dev.sluice.v1.Progress;
import dev.sluice.v1.Tick;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Appends a tick to each progress partition whose task runs in this process (rule 1). A tick that
 * is lost or late can only delay an expiry, so none is retried: the next one makes good for it.
 */
final class LeaseClockTicker {
  private final ProgressSender sender;
  private final Set<Integer> owned;
  private final ReadSubmissions submissions;
  private final String id = UUID.randomUUID().toString();

  LeaseClockTicker(ProgressSender sender, Set<Integer> owned, ReadSubmissions submissions) {
    this.sender = sender;
    this.owned = owned;
    this.submissions = submissions;
  }

  void tick() {
    long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    var others = new TreeSet<>(owned);
    var allRead = submissions.allRead(others);
    others.removeAll(allRead);
    sender.send(new Progress(new Tick(id, now, true)), allRead);
    sender.send(new Progress(new Tick(id, now, false)), others);
  }
}
