package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Signal;
import dev.sluice.admission.run.Wait;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.contract.Undelivered;
import org.jspecify.annotations.Nullable;

/** Passes signals from commands, and from other runs, through the journal to waiting runs. */
public final class Signals {
  private Signals() {}

  /** Accepts a signal for a live run: it counts once it is read back. */
  static void commanded(Turn turn, RunKey key, String name) {
    var run = turn.state().run(key);
    if (run == null || run.isDead()) {
      turn.decide(DecisionKind.REFUSE, key, 0, "no live run of this id to signal");
    } else if (isFull(run)) {
      turn.decide(
          DecisionKind.REFUSE,
          key,
          run.epoch(),
          "signals that the run has not taken: at most " + Bounds.SIGNALS);
    } else {
      accept(turn, run, name, "signal " + name);
    }
  }

  private static boolean isFull(Run run) {
    return run.inbox().waiting() >= Bounds.SIGNALS;
  }

  private static void accept(Turn turn, Run run, String name, String reason) {
    var next = run.with(run.inbox().receive());
    turn.state().put(next);
    turn.add(new GateEffect.AppendSignal(run.key(), name, next.inbox().received()));
    turn.decide(DecisionKind.SIGNAL, next, reason);
  }

  // --- from other runs of the tree

  /** A run sends a signal. What becomes of it is decided here, and stays with its position. */
  static void sent(Turn turn, Run sender, GateEvent.Journaled event, JournalEntry.Send send) {
    var problem = problem(turn, sender, send);
    JournalReads.append(turn, sender, event, 0, problem);
    if (problem == null) {
      var receiver = turn.live(new RunKey(sender.key().tenant(), send.to()));
      var reason = "signal %s from %s".formatted(send.name(), sender.key().id());
      accept(turn, receiver, send.name(), reason);
    } else {
      var reason = "signal %s to %s: %s".formatted(send.name(), send.to(), problem);
      turn.decide(DecisionKind.REFUSE, turn.live(sender.key()), reason);
    }
  }

  /** Why a signal is not delivered; null if it is. */
  private static @Nullable String problem(Turn turn, Run sender, JournalEntry.Send send) {
    if (Names.signalProblem(send.name()).isPresent() || send.bytes() > Bounds.SENT_BYTES) {
      return "its name or payload is out of bounds";
    }
    if (send.to().isEmpty()) {
      return Undelivered.UNKNOWN.name();
    }
    if (Names.anyRunIdProblem(send.to()).isPresent()) {
      return Undelivered.FOREIGN.name();
    }
    var problem = problem(turn, sender, new RunKey(sender.key().tenant(), send.to()));
    return problem == null ? null : problem.name();
  }

  private static @Nullable Undelivered problem(Turn turn, Run sender, RunKey to) {
    var root = sender.kin().root();
    if (!to.id().equals(root) && !to.isBelow(root)) {
      return Undelivered.FOREIGN;
    }
    var receiver = turn.state().run(to);
    if (receiver == null) {
      return hasEnded(turn, sender, to) ? Undelivered.ENDED : Undelivered.UNKNOWN;
    }
    if (receiver.isDead() || receiver.request() != null || receiver.phase() instanceof Phase.Lost) {
      return Undelivered.ENDED; // no epoch that could take it will begin
    }
    return isFull(receiver) ? Undelivered.FULL : null;
  }

  /** Of its ancestors and children a run knows for longer than ids are kept that they were. */
  private static boolean hasEnded(Turn turn, Run sender, RunKey gone) {
    return sender.key().isBelow(gone.id())
        || turn.recall(Transitions.recentId(gone)).isPresent()
        || turn.state().families().of(sender.key()).stream()
            .anyMatch(child -> gone.equals(sender.key().child(child.number())));
  }

  public static void read(Turn turn, GateEvent.SignalRead event) {
    var run = turn.state().run(event.run());
    if (run == null) {
      EarlyCommands.signalRead(turn, event);
      return;
    }
    if (!run.inbox().expects(event.number())) {
      turn.decide(
          DecisionKind.ALARM,
          run,
          "signal " + event.number() + " in the journal, which was not sent or was read before");
      return;
    }
    var signal = new Signal(event.name(), event.number(), turn.cause().offset());
    if (CombinedWaits.signalCame(turn, run, signal)) {
      return;
    }
    if (run.phase() instanceof Phase.Waiting waiting
        && waiting.on() instanceof Wait.ForSignal awaited
        && awaited.name().equals(event.name())) {
      turn.state().resolve(event.run(), awaited.seq(), position -> position.with(signal));
      var next = run.with(run.inbox().handOver());
      Transitions.queue(turn, next, DecisionKind.QUEUE, "signal " + event.name());
    } else {
      turn.state().put(run.with(run.inbox().add(signal)));
    }
  }

  /** A run waits; a signal that has come already ends the wait at once. */
  static void await(Turn turn, Run run, GateEvent.Journaled event, JournalEntry.SignalWait wait) {
    JournalReads.append(turn, run, event, 0, null);
    var signal = run.inbox().oldest(wait.name());
    if (signal == null) {
      long until = turn.nowMs() + Math.clamp(wait.timeoutMs(), 0, Bounds.DURATION_MS);
      Transitions.await(
          turn,
          turn.live(run.key()),
          new Wait.ForSignal(wait.name(), event.seq(), until),
          "waits for signal " + wait.name());
    } else {
      turn.state().resolve(run.key(), event.seq(), position -> position.with(signal));
      var next = turn.live(run.key()).with(run.inbox().take(signal));
      Transitions.queue(turn, next, DecisionKind.QUEUE, "signal " + wait.name());
    }
  }

  /** A run took what its dispatch listed, without waiting. */
  static void taken(Turn turn, Run run, GateEvent.Journaled event, int number) {
    JournalReads.append(turn, run, event, 0, null);
    @Nullable Signal signal = run.inbox().numbered(number);
    if (signal == null) {
      turn.decide(
          DecisionKind.ALARM,
          run,
          "took signal " + number + ", which does not lie there",
          event.worker());
      return;
    }
    turn.state().resolve(run.key(), event.seq(), position -> position.with(signal));
    turn.state().put(turn.live(run.key()).with(run.inbox().take(signal)));
  }
}
