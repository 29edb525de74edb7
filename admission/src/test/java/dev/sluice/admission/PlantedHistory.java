package dev.sluice.admission;

/** A simulated history with planted failures, to be called inside a {@link PlantedLoader}. */
public final class PlantedHistory {
  private PlantedHistory() {}

  /**
   * Plays the history of {@code seed}.
   *
   * @param failures most failures that one record meets
   */
  public static void play(long seed, int failures) {
    Planted.seed(seed);
    var world = new SimulatedWorld(seed, true);
    world.afterRecord = () -> Planted.arm(0);
    try {
      GateSimulationTest.simulate(world, () -> Planted.arm(failures));
      world.assertCompactionKeepsWhatIsInForce();
    } finally {
      Planted.arm(0);
    }
  }

  /** Lines that were reached and have never failed. */
  public static int[] spared() {
    return Planted.spared().stream().toArray();
  }

  public static int failed() {
    return Planted.failed();
  }
}
