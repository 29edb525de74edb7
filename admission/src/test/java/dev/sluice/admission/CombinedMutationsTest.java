package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.Position;
import dev.sluice.admission.journal.Settled;
import dev.sluice.admission.port.GateEffect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation finds a gate that gets combined waits wrong. */
final class CombinedMutationsTest {
  private static final int SEEDS = 3_000;

  private interface Wrong {
    Settled of(GateEffect.Dispatch dispatch, Settled right);
  }

  record Mutation(String name, Wrong wrong) {
    @Override
    public String toString() {
      return name;
    }

    GateEffect mutate(GateEffect effect) {
      if (!(effect instanceof GateEffect.Dispatch dispatch)) {
        return effect;
      }
      var positions = new ArrayList<Position>();
      for (var one : dispatch.journal().positions()) {
        var settled = one.settled() == null ? null : wrong.of(dispatch, one.settled());
        positions.add(
            new Position(
                one.offset(),
                one.size(),
                one.epoch(),
                one.writer(),
                one.signal(),
                one.refused(),
                settled));
      }
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
  }

  @SuppressWarnings("NullAway") // to leave it out is the mutation
  static Stream<Mutation> mutations() {
    return Stream.of(
        new Mutation("the choice is not written", (dispatch, right) -> null),
        new Mutation(
            "the first branch is taken for the first that came",
            (dispatch, right) -> right.chosen() > 0 ? new Settled(0, right.signals()) : right),
        new Mutation(
            "what a wait came to is forgotten behind a checkpoint",
            (dispatch, right) -> dispatch.journal().first() > 1 ? null : right),
        new Mutation(
            "it is decided again",
            (dispatch, right) ->
                dispatch.run().epoch() % 2 == 0 && right.chosen() >= 0
                    ? new Settled(right.chosen() + 1, right.signals())
                    : right),
        new Mutation(
            "signals are lost", (dispatch, right) -> new Settled(right.chosen(), List.of())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void isFound(Mutation mutation) {
    int found = 0;
    for (int seed = 0; seed < SEEDS && found == 0; seed++) {
      var world = new SimulatedWorld(seed);
      world.mutation = mutation::mutate;
      try {
        GateSimulationTest.play(world, 150);
      } catch (AssertionError | IndexOutOfBoundsException e) {
        found++;
      }
    }

    assertThat(found).as("histories in which it is found that %s", mutation).isPositive();
  }
}
