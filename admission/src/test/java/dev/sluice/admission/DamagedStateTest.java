package dev.sluice.admission;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Entries of the state that cannot be read when the gate restarts: what they belong to ends as DEAD
 * once, all else ends as if nothing had happened.
 */
final class DamagedStateTest {
  private static final int BATCHES = 6;
  private static final int SEEDS_PER_BATCH = Integer.getInteger("damaged.seeds", 60) / BATCHES;

  static LongStream batches() {
    return LongStream.range(0, BATCHES);
  }

  @ParameterizedTest(name = "batch {0}")
  @MethodSource("batches")
  void costsOnlyWhatTheEntryBelongsTo(long batch) {
    for (long seed = batch * SEEDS_PER_BATCH; seed < (batch + 1) * SEEDS_PER_BATCH; seed++) {
      try {
        var world = new SimulatedWorld(seed, true);
        GateSimulationTest.simulate(
            world,
            () -> {
              if (world.random.nextInt(100) == 0) {
                world.restartGateDamaged();
              }
            });
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
  }
}
