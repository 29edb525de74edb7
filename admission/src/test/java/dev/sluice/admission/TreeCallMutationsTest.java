package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.journal.Position;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.RunKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation finds a gate that gets wrong what runs do to others of their trees. */
final class TreeCallMutationsTest {
  private static final int SEEDS = 500;

  record Mutation(
      String name, BiFunction<GateEvent.Journaled, List<GateEffect>, List<GateEffect>> wrong) {
    @Override
    public String toString() {
      return name;
    }

    List<GateEffect> apply(GateEvent event, List<GateEffect> effects) {
      return event instanceof GateEvent.Journaled journaled
          ? wrong.apply(journaled, effects)
          : effects;
    }
  }

  static Stream<Mutation> mutations() {
    return Stream.of(
        new Mutation("a zombie's cancel counts", TreeCallMutationsTest::cancelsAll),
        new Mutation(
            "a zombie's signal counts",
            (event, effects) ->
                event.entry() instanceof JournalEntry.Send send && isVoid(effects)
                    ? plus(effects, new GateEffect.AppendSignal(event.run(), send.name(), 1))
                    : effects),
        new Mutation("a signal is delivered twice", (event, effects) -> signals(effects, true, 0)),
        new Mutation(
            "a signal does not count against the inbox",
            (event, effects) -> signals(effects, false, -1)),
        new Mutation("a signal is lost", (event, effects) -> without(effects)),
        new Mutation(
            "what became of a signal is not told again",
            (event, effects) -> effects.stream().map(TreeCallMutationsTest::silent).toList()),
        new Mutation(
            "a cancel has no effect",
            (event, effects) ->
                event.entry() instanceof JournalEntry.Cancel && !isVoid(effects)
                    ? List.of()
                    : effects));
  }

  private static boolean isVoid(List<GateEffect> effects) {
    return effects.stream().anyMatch(GateEffect.Tombstone.class::isInstance);
  }

  private static List<GateEffect> plus(List<GateEffect> effects, GateEffect more) {
    var all = new ArrayList<>(effects);
    all.add(more);
    return all;
  }

  private static List<GateEffect> cancelsAll(GateEvent.Journaled event, List<GateEffect> effects) {
    if (!(event.entry() instanceof JournalEntry.Cancel cancel) || !isVoid(effects)) {
      return effects;
    }
    var child = event.run().child(cancel.numbers().getFirst());
    return plus(effects, decision(child));
  }

  private static GateEffect decision(RunKey child) {
    return new GateEffect.Decide(
        GateEffect.DecisionKind.CANCEL,
        child.tenant(),
        child.id(),
        1,
        1,
        "its parent cancelled it",
        null,
        -1,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of());
  }

  private static List<GateEffect> signals(List<GateEffect> effects, boolean twice, int off) {
    var all = new ArrayList<GateEffect>();
    for (var effect : effects) {
      if (effect instanceof GateEffect.AppendSignal one) {
        all.add(new GateEffect.AppendSignal(one.run(), one.name(), one.number() + off));
        if (twice) {
          all.add(new GateEffect.AppendSignal(one.run(), one.name(), one.number() + 1));
        }
      } else {
        all.add(effect);
      }
    }
    return all;
  }

  private static List<GateEffect> without(List<GateEffect> effects) {
    return effects.stream().filter(effect -> !(effect instanceof GateEffect.AppendSignal)).toList();
  }

  private static GateEffect silent(GateEffect effect) {
    if (!(effect instanceof GateEffect.Dispatch dispatch)) {
      return effect;
    }
    var positions =
        dispatch.journal().positions().stream()
            .map(
                one ->
                    new Position(
                        one.offset(),
                        one.size(),
                        one.epoch(),
                        one.writer(),
                        one.signal(),
                        null,
                        one.settled()))
            .toList();
    return new GateEffect.Dispatch(
        dispatch.run(),
        dispatch.partition(),
        dispatch.inline(),
        new GateEffect.Replay(
            dispatch.journal().first(),
            positions,
            dispatch.journal().spawned(),
            dispatch.journal().needs()),
        dispatch.leftMs(),
        dispatch.maxAttempts(),
        dispatch.maxSteps(),
        dispatch.bounds(),
        dispatch.children(),
        dispatch.budget());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void isFound(Mutation mutation) {
    int found = 0;
    for (int seed = 0; seed < SEEDS && found == 0; seed++) {
      var world = new SimulatedWorld(seed);
      world.mutations = mutation::apply;
      try {
        GateSimulationTest.play(world, 600); // zombies that cancel and send are rare
      } catch (AssertionError e) {
        found++;
      }
    }

    assertThat(found).as("histories in which it is found that %s", mutation).isPositive();
  }
}
