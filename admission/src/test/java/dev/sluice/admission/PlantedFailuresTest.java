package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever line of the gate's code fails: the turn leaves nothing behind, only the run that it was
 * about is sealed, and all else keeps its invariants.
 */
final class PlantedFailuresTest {
  private static final int SEEDS = Integer.getInteger("planted.seeds", 40);

  /** Where every line that is reached has to have failed. */
  private static final List<String> COVERED =
      List.of("LeaseKeeping", "TimerTurns", "Transitions", "Spawns", "Budgets", "JournalReads");

  private static final PlantedLoader LOADER =
      new PlantedLoader(folderOf(Gate.class), folderOf(PlantedFailuresTest.class));

  private static Path folderOf(Class<?> type) {
    return Path.of(
        java.net.URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  @Test
  void keepsItsInvariantsWhateverLineFails() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      play(seed, 1);
    }

    var spared =
        Arrays.stream((int[]) call("spared"))
            .mapToObj(LOADER::place)
            .filter(line -> COVERED.stream().anyMatch(name -> line.startsWith(name + ":")))
            .toList();
    assertThat((int) call("failed")).as("lines that failed").isGreaterThan(500);
    assertThat(spared).as("lines that never failed").isEmpty();
  }

  private static void play(long seed, int failures) throws Exception {
    try {
      LOADER
          .loadClass("dev.sluice.admission.PlantedHistory")
          .getMethod("play", long.class, int.class)
          .invoke(null, seed, failures);
    } catch (InvocationTargetException e) {
      throw new AssertionError("seed " + seed, e.getCause());
    }
  }

  private static Object call(String method) throws Exception {
    return LOADER.loadClass("dev.sluice.admission.PlantedHistory").getMethod(method).invoke(null);
  }
}
