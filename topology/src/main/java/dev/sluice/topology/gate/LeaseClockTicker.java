package dev.sluice.topology.gate;

import dev.sluice.topology.gate.transaction.ReadInputs;
import dev.sluice.topology.streams.ProgressSender;
import dev.sluice.v1.Progress;
import dev.sluice.v1.Tick;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Appends a tick to each progress partition whose task runs in this process (rule 1). A lost or
 * late tick can only delay an expiry, so none is retried: the next one makes up for it.
 */
final class LeaseClockTicker {
  private final ProgressSender sender;
  private final Set<Integer> owned;
  private final ReadInputs inputs;
  private final String id = UUID.randomUUID().toString();

  LeaseClockTicker(ProgressSender sender, Set<Integer> owned, ReadInputs inputs) {
    this.sender = sender;
    this.owned = owned;
    this.inputs = inputs;
  }

  void tick() {
    long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    var all = Set.copyOf(owned);
    var submissions = inputs.submissionsRead(all);
    var settings = inputs.settingsRead(all);
    for (boolean isRead : new boolean[] {true, false}) {
      for (boolean areSet : new boolean[] {true, false}) {
        var to = new TreeSet<>(all);
        to.removeIf(one -> submissions.contains(one) != isRead || settings.contains(one) != areSet);
        sender.send(new Progress(new Tick(id, now, isRead, areSet)), to);
      }
    }
  }
}
