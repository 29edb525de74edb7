package dev.sluice.verification;

import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.YieldEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The waits of runs, from the last records of their epochs, and the signals that they received. */
final class Waits {
  private record SignalOf(RunName run, String name) {}

  private final Map<RunName, YieldEntry> last = new HashMap<>();
  private final Map<SignalOf, List<Long>> received = new HashMap<>();

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
        received
            .computeIfAbsent(new SignalOf(run, signal.getName()), of -> new ArrayList<>())
            .add(one.at().appendMs());
      }
    }
  }

  /** When the signal that the run waits for came last; −1 if it has not, or is not known. */
  long signalMs(RunName run) {
    var yielded = last.get(run);
    return yielded != null && yielded.getWait() instanceof SignalWait wait
        ? received(run, wait.getName()).max().orElse(-1)
        : -1;
  }

  /**
   * When so many signals of a name had come since a time; −1 if they have not.
   *
   * @param count 1 or more
   */
  long signalMs(RunName run, String name, long sinceMs, int count) {
    return received(run, name)
        .filter(ms -> ms >= sinceMs)
        .sorted()
        .skip(count - 1L)
        .findFirst()
        .orElse(-1);
  }

  private LongStream received(RunName run, String name) {
    return received.getOrDefault(new SignalOf(run, name), List.of()).stream()
        .mapToLong(Long::longValue);
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
