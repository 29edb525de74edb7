package dev.sluice.admission.rules;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import java.util.HashSet;
import java.util.Set;

/** Makes replay begin at a checkpoint, and drops everything before it. */
final class Checkpoints {
  private Checkpoints() {}

  static void taken(Turn turn, Run run, GateEvent.Journaled event) {
    JournalReads.append(turn, run, event, 0, null);
    var index = turn.state().journalOf(run.key());
    var kept = neededBatches(turn, run.key());
    for (int seq = index.first(); seq < event.seq(); seq++) {
      var position = index.at(seq);
      var writer = index.writerOf(seq);
      if (position == null || writer == null || kept.contains(seq)) {
        continue;
      }
      turn.add(new GateEffect.Forget(run.key(), position.epoch(), writer, seq));
      for (var signal : position.signals()) {
        turn.add(new GateEffect.ForgetSignal(run.key(), signal.name(), signal.number()));
      }
    }
    turn.state().cut(run.key(), event.seq(), event.needs());
  }

  /** Batches that hold the input of a child that lives, or that may be sent back. */
  private static Set<Integer> neededBatches(Turn turn, RunKey run) {
    var needed = new HashSet<Integer>();
    for (var child : turn.state().families().of(run)) {
      if (child.isLive() || child.outcome() == Outcome.DEAD) {
        needed.add(child.spawnSeq());
      }
    }
    return needed;
  }
}
