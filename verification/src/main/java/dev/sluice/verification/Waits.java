package dev.sluice.verification;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.YieldEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The waits of runs, from the last records of their epochs, and the signals that they received. */
final class Waits {
  private record SignalOf(RunName run, String name) {}

  private final Map<RunName, YieldEntry> last = new HashMap<>();
  private final Map<SignalOf, Long> received = new HashMap<>();

  Waits(History history) {
    for (var one : history.journal()) {
      var record = one.record();
      if (record == null) {
        continue;
      }
      var run = new RunName(record.getTenant(), record.getRunId());
      if (record.getEntry() instanceof YieldEntry yielded
          && one.key() instanceof JournalKey.Entry) {
        last.put(run, yielded);
      } else if (record.getEntry() instanceof SignalReceived signal) {
        received.merge(new SignalOf(run, signal.getName()), one.at().appendMs(), Math::max);
      }
    }
  }

  /** When the signal that the run waits for came last; −1 if it has not, or is not known. */
  long signalMs(RunName run) {
    var yielded = last.get(run);
    return yielded != null && yielded.getWait() instanceof SignalWait wait
        ? signalMs(run, wait.getName())
        : -1;
  }

  /** When a signal of a name came last; −1 if none has. */
  long signalMs(RunName run, String name) {
    return received.getOrDefault(new SignalOf(run, name), -1L);
  }

  /** The children, signals and timers that the run waits for; none if that is not known. */
  List<?> branches(RunName run) {
    var yielded = last.get(run);
    return yielded != null && yielded.getWait() instanceof CombinedWait wait
        ? wait.getBranches()
        : List.of();
  }

  /** The children that the run waits for; none if that is not known. */
  List<RunName> children(RunName run) {
    var yielded = last.get(run);
    return yielded != null && yielded.getWait() instanceof ChildrenWait wait
        ? wait.getNumbers().stream().map(run::child).toList()
        : List.of();
  }
}
