package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.command.KeptCommands;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.contract.Bounds;
import org.jspecify.annotations.Nullable;

/**
 * Keeps commands that come before their run's submission, since topics have no order between them,
 * and executes them when the run comes. A signal's payload goes to the run's journal immediately.
 */
public final class EarlyCommands {
  /** A run that was appended so long after what is asked of it is waited for, in milliseconds. */
  public static final long LATE_MS = 60_000;

  /**
   * How old the ends of the submissions may be, of which a tick says that they have been read, when
   * that tick is appended: in milliseconds. Who sends ticks keeps to it.
   */
  public static final long READ_AGE_MS = 20_000;

  /** How long a run that does not come is waited for, in milliseconds of append time. */
  public static final long WAIT_MS = LATE_MS + READ_AGE_MS;

  private EarlyCommands() {}

  /** Says why nothing can be kept for the run; null if it can. */
  private static @Nullable String problem(Turn turn, RunKey run) {
    var book = turn.state().kept();
    if (turn.recall(Transitions.recentId(run)).isPresent()) {
      return "the run has ended";
    }
    if (book.of(run.tenant()) >= Bounds.KEPT_COMMANDS) {
      return "commands of the tenant that wait for their runs: at most " + Bounds.KEPT_COMMANDS;
    }
    return book.size() >= Bounds.KEPT_COMMANDS_OF_ALL
        ? "commands of all tenants that wait for their runs: at most " + Bounds.KEPT_COMMANDS_OF_ALL
        : null;
  }

  static void cancel(Turn turn, RunKey run, String commandId) {
    var kept = of(turn, run);
    var problem = problem(turn, run);
    if (problem != null) {
      turn.decide(DecisionKind.REFUSE, run, 0, problem);
    } else {
      turn.state().put(kept.plusCancel(commandId, turn.nowMs()));
      turn.decide(DecisionKind.CANCEL, run, 0, "kept until the run comes");
    }
  }

  static void signal(Turn turn, RunKey run, String commandId, String name) {
    var kept = of(turn, run);
    var problem = problem(turn, run);
    if (problem == null && kept.isFullOfSignals()) {
      problem = "signals that the run has not taken: at most " + Bounds.SIGNALS;
    }
    if (problem != null) {
      turn.decide(DecisionKind.REFUSE, run, 0, problem);
    } else {
      var next = kept.plusSignal(commandId, name, turn.nowMs());
      turn.state().put(next);
      turn.add(new GateEffect.AppendSignal(run, name, next.lastNumber()));
      turn.decide(DecisionKind.SIGNAL, run, 0, "kept until the run comes: signal " + name);
    }
  }

  private static KeptCommands of(Turn turn, RunKey run) {
    var kept = turn.state().kept().of(run);
    return kept == null ? KeptCommands.none(run) : kept;
  }

  /** A kept signal's record was read back. */
  static void signalRead(Turn turn, GateEvent.SignalRead event) {
    var kept = turn.state().kept().of(event.run());
    if (kept != null) {
      turn.state().put(kept.read(event.number(), turn.cause().offset()));
    }
  }

  /** Whether something was asked of the run; it is then done in a turn of its own. */
  static boolean await(Turn turn, RunKey run) {
    if (turn.state().kept().of(run) == null) {
      return false;
    }
    turn.then(run, EarlyCommands::carryOut);
    return true;
  }

  private static void carryOut(Turn turn, Run run) {
    var kept = of(turn, run.key());
    turn.state().put(run.with(kept.inbox()));
    turn.state().dropKept(run.key());
    for (var one : kept.all()) {
      turn.answering(one.commandId());
      if (one.isSignal()) {
        turn.decide(DecisionKind.SIGNAL, turn.live(run.key()), "signal " + one.signal());
      }
    }
    kept.all().stream()
        .filter(one -> !one.isSignal())
        .forEach(
            one -> {
              turn.answering(one.commandId());
              Commands.cancel(turn, run.key());
            });
  }

  /** Nothing that is asked of a run that was refused can be done. */
  static void refuse(Turn turn, RunKey run, String reason) {
    var kept = turn.state().kept().of(run);
    if (kept == null) {
      return;
    }
    turn.state().dropKept(run);
    for (var one : kept.all()) {
      if (one.isSignal()) {
        turn.add(new GateEffect.ForgetSignal(run, one.signal(), one.number()));
      }
      turn.answering(one.commandId());
      turn.decide(DecisionKind.REFUSE, run, 0, reason);
    }
    turn.answering(null);
  }

  /** All submissions that came within the time have been read: these runs do not come. */
  static void giveUp(Turn turn) {
    for (var run : turn.state().kept().until(turn.nowMs() - WAIT_MS, Bounds.KEPT_COMMANDS)) {
      turn.then(then -> refuse(then, run, "no run of this id has come"));
    }
  }
}
