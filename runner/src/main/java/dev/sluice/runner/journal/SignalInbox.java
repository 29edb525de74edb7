package dev.sluice.runner.journal;

import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalPosition;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.YieldEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signals that have come and were not taken, in order of arrival. */
final class SignalInbox {
  private final List<SignalPosition> untaken;

  SignalInbox(List<SignalPosition> signals) {
    untaken = new ArrayList<>(signals);
  }

  /** Takes the oldest of a name; null if there is none. */
  @Nullable SignalPosition take(String name) {
    var signals = untaken.iterator();
    while (signals.hasNext()) {
      var signal = signals.next();
      if (signal.getName().equals(name)) {
        signals.remove();
        return signal;
      }
    }
    return null;
  }

  /** The name of the signal that a position of the journal took or waited for; null for others. */
  static @Nullable String nameIn(Object entry) {
    if (entry instanceof SignalEntry signal) {
      return signal.getName();
    }
    return entry instanceof YieldEntry yield && yield.getWait() instanceof SignalWait wait
        ? wait.getName()
        : null;
  }
}
