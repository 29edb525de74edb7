package dev.sluice.admission.command;

import dev.sluice.admission.run.Inbox;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Signal;
import dev.sluice.contract.Bounds;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands for a run that came before its submission.
 *
 * @param run that they name
 * @param all in the order in which they were read
 */
public record KeptCommands(RunKey run, List<One> all) {
  public KeptCommands {
    all = List.copyOf(all);
  }

  /**
   * A cancel or a signal.
   *
   * @param signal the signal's name; empty for a cancel
   * @param number of the signal within the run; 0 for a cancel
   * @param offset of the signal's record in the journal partition, once it was read back
   * @param sinceMs append time of the command, in milliseconds since the epoch
   */
  public record One(String commandId, String signal, int number, long offset, long sinceMs) {
    public boolean isSignal() {
      return number > 0;
    }

    private One at(long newOffset) {
      return new One(commandId, signal, number, newOffset, sinceMs);
    }
  }

  public static KeptCommands none(RunKey run) {
    return new KeptCommands(run, List.of());
  }

  private int signals() {
    return (int) all.stream().filter(One::isSignal).count();
  }

  public boolean isFullOfSignals() {
    return signals() >= Bounds.SIGNALS;
  }

  public KeptCommands plusCancel(String commandId, long nowMs) {
    return plus(new One(commandId, "", 0, Run.UNREAD, nowMs));
  }

  public KeptCommands plusSignal(String commandId, String name, long nowMs) {
    return plus(new One(commandId, name, signals() + 1, Run.UNREAD, nowMs));
  }

  /** Its last command is a signal, and has this number. */
  public int lastNumber() {
    return all.get(all.size() - 1).number();
  }

  private KeptCommands plus(One one) {
    var more = new ArrayList<>(all);
    more.add(one);
    return new KeptCommands(run, more);
  }

  /** The same when the journal record of a signal was read back. */
  public KeptCommands read(int number, long offset) {
    return new KeptCommands(
        run,
        all.stream()
            .map(one -> one.isSignal() && one.number() == number ? one.at(offset) : one)
            .toList());
  }

  /** What the run finds when it comes. */
  public Inbox inbox() {
    var untaken =
        all.stream()
            .filter(one -> one.isSignal() && one.offset() != Run.UNREAD)
            .map(one -> new Signal(one.signal(), one.number(), one.offset()))
            .toList();
    return new Inbox(signals(), 0, untaken);
  }

  public long oldestMs() {
    return all.stream().mapToLong(One::sinceMs).min().orElse(0);
  }
}
