package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.journal.Position;
import dev.sluice.admission.journal.Settled;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Signal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks combined waits from events and effects alone: each is decided before its run goes on, for
 * what came first, and no dispatch ever says something else.
 */
final class CombinedChecks {
  private record Place(RunKey run, int seq) {}

  private record Tick(long read, long ms) {}

  /** A wait that counts, and the number of the record that began it. */
  private record Awaited(boolean all, List<Branch> branches, long sinceMs, long read) {}

  private record Came(Signal signal, long read) {}

  private final Map<Place, Awaited> waits = new HashMap<>();
  private final Map<Place, Settled> own = new HashMap<>();
  private final Map<Place, Settled> told = new HashMap<>();
  private final Map<RunKey, Long> ends = new HashMap<>();
  private final Set<RunKey> accepted = new HashSet<>();
  private final Set<RunKey> sealed = new HashSet<>();
  private final Map<RunKey, TreeMap<Integer, Came>> signals = new HashMap<>();
  private final Map<RunKey, Map<Integer, Integer>> takenAt = new HashMap<>();
  private final List<Tick> ticks = new ArrayList<>();
  private long read;
  private long latestMs;

  /** What the branches were that waits came to, by their classes; all is "All". */
  final Map<String, Integer> counts = new TreeMap<>();

  /** A record is read; its effects follow. */
  void read(GateEvent event, Cause cause, List<GateEffect> effects) {
    read++;
    latestMs = Math.max(latestMs, cause.appendMs());
    if (event instanceof GateEvent.Tick) {
      ticks.add(new Tick(read, cause.appendMs()));
    }
    boolean isAlarm =
        effects.stream()
            .anyMatch(
                effect ->
                    effect instanceof GateEffect.Decide decide
                        && decide.kind() == GateEffect.DecisionKind.ALARM
                        && decide.reason().startsWith("signal ")); // else of what follows from it
    if (event instanceof GateEvent.SignalRead came && !isAlarm) {
      var signal = new Signal(came.name(), came.number(), cause.offset());
      signals
          .computeIfAbsent(came.run(), key -> new TreeMap<>())
          .putIfAbsent(came.number(), new Came(signal, read));
    }
  }

  /** A record of a journal counts. */
  void counted(GateEvent.Journaled event, Cause cause) {
    var place = new Place(event.run(), event.seq());
    if (event.entry() instanceof JournalEntry.CombinedWait wait) {
      waits.put(place, new Awaited(wait.all(), wait.branches(), cause.appendMs(), read));
    } else if (event.entry() instanceof JournalEntry.CombinedTaken taken) {
      var came = signals.getOrDefault(event.run(), new TreeMap<>());
      own.put(
          place,
          new Settled(
              taken.chosen(),
              taken.signals().stream()
                  .map(number -> Objects.requireNonNull(came.get(number)).signal())
                  .toList()));
    }
  }

  void ended(GateEffect.Complete end) {
    ends.putIfAbsent(end.run(), read);
    if (end.failure() != null && end.failure().type().equals(Failure.GATE)) {
      sealed.add(end.run());
    }
  }

  void accepted(RunKey run) {
    accepted.add(run);
  }

  void dispatched(GateEffect.Dispatch dispatch) {
    int seq = dispatch.journal().first();
    for (var position : dispatch.journal().positions()) {
      check(new Place(dispatch.run().key(), seq), position);
      seq++;
    }
  }

  private void check(Place place, Position position) {
    for (var signal : position.signals()) {
      var before = takenAt.computeIfAbsent(place.run(), key -> new HashMap<>());
      assertThat(before.merge(signal.number(), place.seq(), (old, now) -> old))
          .as("the position of %s that took %s", place.run(), signal)
          .isEqualTo(place.seq());
    }
    if (position.settled() == null && sealed.contains(place.run())) {
      return; // nothing was decided where the gate failed on the run
    }
    var awaited = waits.get(place);
    var mine = own.get(place);
    if (awaited == null) {
      assertThat(position.settled()).as("what %s came to", place).isEqualTo(mine);
      return;
    }
    var settled = position.settled();
    if (settled == null) {
      throw new AssertionError("nothing is said of " + place + ", which waited for " + awaited);
    }
    var before = told.putIfAbsent(place, settled);
    if (before == null) {
      checkFirst(place, awaited, settled);
    } else {
      assertThat(settled).as("what %s came to is not decided again", place).isEqualTo(before);
    }
  }

  private void checkFirst(Place place, Awaited awaited, Settled settled) {
    if (awaited.all()) {
      checkAll(place, awaited, settled);
      return;
    }
    var chosen = awaited.branches().get(settled.chosen());
    counts.merge(chosen.getClass().getSimpleName(), 1, Integer::sum);
    assertThat(settled.signals())
        .as("signals of %s", place)
        .hasSize(chosen instanceof Branch.ForSignal ? 1 : 0);
    Long came = came(place.run(), awaited, chosen, settled.signals());
    if (came == null) {
      throw new AssertionError("%s of %s has not come".formatted(chosen, place));
    }
    for (int other = 0; other < awaited.branches().size(); other++) {
      var branch = awaited.branches().get(other);
      var otherCame = came(place.run(), awaited, branch, List.of());
      if (otherCame != null && !branch.equals(chosen)) {
        assertThat(isBefore(awaited, other, otherCame, settled.chosen(), came))
            .as("%s of %s came before %s of %s", branch, awaited, chosen, place)
            .isFalse();
      }
    }
  }

  /** Whether a branch came before the chosen one; what one tick does may be of any order. */
  private static boolean isBefore(
      Awaited awaited, int other, long otherCame, int chosen, long chosenCame) {
    if (otherCame != chosenCame) {
      return otherCame < chosenCame;
    }
    if (chosenCame == awaited.read()) {
      return other < chosen;
    }
    return awaited.branches().get(other) instanceof Branch.Timer one
        && awaited.branches().get(chosen) instanceof Branch.Timer two
        && one.delayMs() < two.delayMs();
  }

  private void checkAll(Place place, Awaited awaited, Settled settled) {
    counts.merge("All", 1, Integer::sum);
    assertThat(settled.chosen()).as("%s chose none", place).isEqualTo(Settled.ALL);
    var names =
        awaited.branches().stream()
            .filter(Branch.ForSignal.class::isInstance)
            .map(branch -> ((Branch.ForSignal) branch).name())
            .toList();
    assertThat(settled.signals().stream().map(Signal::name).toList())
        .as("signals of %s", place)
        .isEqualTo(names);
    for (var branch : awaited.branches()) {
      if (branch instanceof Branch.Timer timer) { // whatever is read may be what says so
        assertThat(awaited.sinceMs() + timer.delayMs())
            .as("%s of %s is over", timer, place)
            .isLessThanOrEqualTo(latestMs);
      } else if (branch instanceof Branch.Child) {
        assertThat(came(place.run(), awaited, branch, List.of()))
            .as("%s of %s came", branch, place)
            .isNotNull();
      }
    }
  }

  /**
   * Number of the record with which a branch came, at the earliest that of the wait; null if it has
   * not, as far as is known here: signals from before the wait are known of those taken alone.
   */
  private @Nullable Long came(
      RunKey run, Awaited awaited, Branch branch, Collection<Signal> taken) {
    return switch (branch) {
      case Branch.Child child -> {
        var key = new RunKey(run.tenant(), run.id() + "~" + child.number());
        Long end = accepted.contains(key) ? ends.get(key) : Long.valueOf(0);
        yield end == null ? null : Long.valueOf(Math.max(awaited.read(), end));
      }
      case Branch.Timer timer -> {
        long due = awaited.sinceMs() + timer.delayMs();
        yield timer.delayMs() == 0
            ? Long.valueOf(awaited.read())
            : ticks.stream()
                .filter(tick -> tick.read() > awaited.read() && tick.ms() >= due)
                .map(Tick::read)
                .findFirst()
                .orElse(null);
      }
      case Branch.ForSignal signal ->
          signals.getOrDefault(run, new TreeMap<>()).values().stream()
              .filter(one -> one.signal().name().equals(signal.name()))
              .filter(one -> one.read() > awaited.read() || taken.contains(one.signal()))
              .map(one -> Math.max(awaited.read(), one.read()))
              .min(Long::compare)
              .orElse(null);
    };
  }
}
