package dev.sluice.runner.journal;

import dev.sluice.v1.SignalPosition;
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

  /** Whether a position of the journal took a signal of a name, or waited for it. */
  static boolean isFor(Position position, String name) {
    return switch (position) {
      case Position.SignalTaken taken -> taken.name().equals(name);
      case Position.SignalAwaited awaited -> awaited.name().equals(name);
      case Position.Step step -> false;
      case Position.Missing missing -> false;
      case Position.Refused refused -> false;
      case Position.Spawned spawned -> false;
      case Position.Cancelled cancelled -> false;
      case Position.Sent sent -> false;
      case Position.Changed changed -> false;
      case Position.Combined combined -> false;
      case Position.Slept slept -> false;
      case Position.Checkpoint checkpoint -> false;
    };
  }
}
