package dev.sluice.admission.containment;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.EnvironmentException;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.port.Outbox;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.port.SavedState;
import dev.sluice.admission.port.StateLog;
import dev.sluice.admission.rules.Transitions;
import dev.sluice.admission.rules.Turn;
import dev.sluice.admission.rules.Turn.Act;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.state.GateState;
import dev.sluice.contract.Failures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Executes the turns of a record one after the other and contains failures: a failed turn changes
 * nothing, its run is sealed, and the next turn is executed. Faults of the environment, and the
 * JVM's own death, pass through.
 */
public final class Turns {
  private final GateSettings settings;
  private final SavedState saved;
  private final StateLog log;
  private final RecentIds recent;
  private final Deque<Act> acts = new ArrayDeque<>();
  private final Set<RunKey> unsealable = new HashSet<>();

  /** Trees whose budgets are settled before the record's last act, which may dispatch. */
  private final LinkedHashSet<RunKey> unsettled = new LinkedHashSet<>();

  private GateState state;
  private boolean mayDispatch = true;
  private int partitions = 1;

  public Turns(
      GateSettings settings, SavedState saved, StateLog log, RecentIds recent, GateState state) {
    this.settings = settings;
    this.saved = saved;
    this.log = log;
    this.recent = recent;
    this.state = state;
  }

  public GateState state() {
    return state;
  }

  /** Says whether runs may be handed to workers from here on. */
  public void mayDispatch(boolean may) {
    mayDispatch = may;
  }

  /** Says how many partitions the gate has. */
  public void partitions(int count) {
    partitions = count;
  }

  /** Takes {@code first} and all that follow from them. */
  public void take(List<Act> first, GateEvent event, Cause cause, Outbox outbox) {
    acts.addAll(first);
    try {
      for (var act = next(); act != null; act = next()) {
        if (act.subject() == null || !unsealable.contains(act.subject())) {
          take(act, event, cause, outbox);
        }
      }
      log.flush();
    } finally {
      acts.clear(); // when a fault passes through, nothing of this record is left for the next
      unsealable.clear();
      unsettled.clear();
    }
  }

  private @Nullable Act next() {
    if (acts.size() > 1 || unsettled.isEmpty()) {
      return acts.poll();
    }
    var root = unsettled.removeFirst();
    return Act.of(turn -> Transitions.settle(turn, root));
  }

  private void take(Act act, GateEvent event, Cause cause, Outbox outbox) {
    var failure = attempt(act.body(), cause, outbox);
    if (failure == null) {
      return;
    }
    var sealing = new Sealing(event, act.isRecords(), failure);
    var subject = act.subject();
    if (subject != null) {
      if (attempt(turn -> sealing.seal(turn, subject), cause, outbox) == null
          || attempt(turn -> sealing.sealBare(turn, subject), cause, outbox) == null) {
        return;
      }
      unsealable.add(subject);
    } else if (act.isRecords() && attempt(sealing::setAside, cause, outbox) == null) {
      return;
    }
    var last = attempt(sealing::say, cause, outbox);
    if (last != null) {
      throw new IllegalStateException("a record can be neither decided on nor set aside", last);
    }
  }

  /** Takes one turn, whole or not at all. What it failed with; null if it did not. */
  private @Nullable Throwable attempt(Consumer<Turn> body, Cause cause, Outbox outbox) {
    var turn = new Turn(state, recent, cause, unsealable, mayDispatch, partitions);
    Runnable send;
    try {
      body.accept(turn);
      state.save();
      send = outbox.prepare(turn.effects());
    } catch (EnvironmentException e) {
      undo();
      throw e;
    } catch (RuntimeException | Error e) {
      if (Failures.isFatal(e)) {
        throw e;
      }
      undo();
      return e;
    }
    log.commit();
    state.settle();
    turn.keepRemembered();
    unsettled.addAll(turn.unsettled());
    for (int i = turn.next().size() - 1; i >= 0; i--) {
      acts.addFirst(turn.next().get(i));
    }
    send.run();
    return null;
  }

  private void undo() {
    log.discard();
    log.flush();
    if (!state.undo()) {
      state = GateState.restore(settings, saved, log, new ArrayList<>());
    }
  }
}
