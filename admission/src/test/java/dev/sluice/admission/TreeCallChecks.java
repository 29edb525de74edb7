package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.RunKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Checks from events and effects alone what runs do to others of their trees: only records that
 * count cancel and send, each signal is delivered once or refused for what is so, every dispatch
 * says the same of it, and a child that was cancelled is not dispatched again.
 */
final class TreeCallChecks {
  /** What is known of a run. */
  enum Fate {
    UNKNOWN,
    LIVES,
    ENDED
  }

  private record Place(RunKey run, int seq) {}

  private static final String DELIVERED = "DELIVERED";
  private static final String OUT_OF_BOUNDS = "its name or payload is out of bounds";
  private static final String FAILED = "the gate failed on it";

  private final Function<RunKey, Fate> fates;
  private final Map<Place, String> outcomes = new HashMap<>();
  private final Map<RunKey, Integer> received = new HashMap<>();
  private final Set<RunKey> ending = new HashSet<>();
  private final Set<RunKey> idle = new HashSet<>();

  /** How often each thing happened. */
  final Map<String, Integer> counts = new TreeMap<>();

  TreeCallChecks(Function<RunKey, Fate> fates) {
    this.fates = fates;
  }

  /**
   * A record was read.
   *
   * @param counts whether it is none that is void
   */
  void check(GateEvent event, boolean counts, List<GateEffect> effects) {
    if (event instanceof GateEvent.Journaled journaled) {
      checkJournaled(journaled, counts, effects);
    }
    effects.forEach(effect -> follow(event, effect));
  }

  private void checkJournaled(GateEvent.Journaled event, boolean counts, List<GateEffect> effects) {
    var signals = effects.stream().filter(GateEffect.AppendSignal.class::isInstance).toList();
    if (counts && event.entry() instanceof JournalEntry.Send send) {
      checkSent(event, send, effects, signals);
    } else {
      assertThat(signals).as("signals sent by %s", event).isEmpty();
    }
    var numbers =
        counts && event.entry() instanceof JournalEntry.Cancel cancel
            ? cancel.numbers()
            : List.<Integer>of();
    var children = new HashSet<RunKey>();
    numbers.forEach(number -> children.add(event.run().child(number)));
    for (var effect : effects) {
      if (effect instanceof GateEffect.Decide decide && isCancel(decide)) {
        assertThat(children).as("cancelled by %s", event).contains(run(decide));
        this.counts.merge("cancelled", 1, Integer::sum);
      }
    }
    children.retainAll(idle);
    assertThat(effects.stream().filter(GateEffect.Complete.class::isInstance))
        .as("children without a lease that %s ends", event)
        .map(effect -> ((GateEffect.Complete) effect).run())
        .containsAll(children);
  }

  private static boolean isCancel(GateEffect.Decide decide) {
    return decide.kind() == GateEffect.DecisionKind.CANCEL && decide.commandId() == null;
  }

  private static RunKey run(GateEffect.Decide decide) {
    return new RunKey(decide.tenant(), java.util.Objects.requireNonNull(decide.runId()));
  }

  private void checkSent(
      GateEvent.Journaled event,
      JournalEntry.Send send,
      List<GateEffect> effects,
      List<GateEffect> signals) {
    if (effects.stream().anyMatch(GateEffect.DeadLetterRecord.class::isInstance)) {
      assertThat(signals).as("signals of %s, on which the gate failed", event).isEmpty();
      outcomes.put(new Place(event.run(), event.seq()), FAILED);
      return;
    }
    var expected = expected(event.run(), send, !signals.isEmpty());
    outcomes.put(new Place(event.run(), event.seq()), expected);
    counts.merge(expected.equals(OUT_OF_BOUNDS) ? "out of bounds" : expected, 1, Integer::sum);
    if (expected.equals(DELIVERED)) {
      var to = new RunKey(event.run().tenant(), send.to());
      int number = received.getOrDefault(to, 0) + 1;
      assertThat(signals)
          .as("signals of %s", event)
          .containsExactly(new GateEffect.AppendSignal(to, send.name(), number));
    } else {
      assertThat(signals).as("signals of %s, which is %s", event, expected).isEmpty();
      assertThat(effects)
          .as("what is said of %s", event)
          .anyMatch(
              effect ->
                  effect instanceof GateEffect.Decide decide
                      && decide.kind() == GateEffect.DecisionKind.REFUSE
                      && decide.reason().endsWith(": " + expected));
    }
  }

  /** Of a run that somebody holds it is not known here whether it was asked to end. */
  private String expected(RunKey sender, JournalEntry.Send send, boolean isDelivered) {
    if (send.bytes() > 256 * 1024) {
      return OUT_OF_BOUNDS;
    }
    if (send.to().isEmpty()) {
      return "UNKNOWN";
    }
    var root = sender.id().split("~", 2)[0];
    if (!send.to().split("~", 2)[0].equals(root)) {
      return "FOREIGN";
    }
    var to = new RunKey(sender.tenant(), send.to());
    return switch (fates.apply(to)) {
      case LIVES -> {
        boolean mayTakeIt = idle.contains(to) || (!ending.contains(to) && isDelivered);
        yield mayTakeIt ? DELIVERED : "ENDED";
      }
      case ENDED -> "ENDED";
      case UNKNOWN -> "UNKNOWN";
    };
  }

  private void follow(GateEvent event, GateEffect effect) {
    switch (effect) {
      case GateEffect.AppendSignal signal -> {
        int number = received.merge(signal.run(), 1, Integer::sum);
        assertThat(signal.number()).as("number of %s", signal).isEqualTo(number);
      }
      // Kept for a run that did not come: one of the same id may come later.
      case GateEffect.ForgetSignal forget when !(event instanceof GateEvent.Journaled) ->
          received.remove(forget.run());
      case GateEffect.Complete end -> {
        ending.remove(end.run());
        idle.remove(end.run());
      }
      case GateEffect.Decide decide when decide.runId() != null -> decided(decide);
      case GateEffect.Dispatch dispatch -> dispatched(dispatch);
      default -> {}
    }
  }

  private void decided(GateEffect.Decide decide) {
    switch (decide.kind()) {
      case ACCEPT, QUEUE, WAIT -> idle.add(run(decide));
      case CANCEL -> {
        if (isCancel(decide)) {
          ending.add(run(decide));
        }
      }
      default -> {}
    }
  }

  private void dispatched(GateEffect.Dispatch dispatch) {
    var run = dispatch.run().key();
    idle.remove(run);
    assertThat(ending).as("runs that were cancelled and are dispatched").doesNotContain(run);
    assertThat(dispatch.run().inbox().received())
        .as("signals that %s has received", run)
        .isEqualTo(received.getOrDefault(run, 0));
    int seq = dispatch.journal().first();
    for (var position : dispatch.journal().positions()) {
      var outcome = outcomes.get(new Place(run, seq));
      if (outcome != null) {
        assertThat(position.refused() == null ? DELIVERED : position.refused())
            .as("what became of the signal at %d of %s", seq, run)
            .isEqualTo(outcome);
      }
      seq++;
    }
  }
}
