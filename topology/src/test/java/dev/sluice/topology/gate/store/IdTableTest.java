package dev.sluice.topology.gate.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdTableTest {
  private static final int KEEP = 100;

  private record Id(long high, long low) {}

  @TempDir private Path directory;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void answersLikeAMapHoweverItGrowsAndShrinks(long seed) {
    var random = new SplittableRandom(seed);
    Map<Id, IdTable.Entry> model = new HashMap<>();
    var known = new ArrayList<Id>();
    int minute = 0;
    try (var table = new IdTable(directory, KEEP)) {
      for (int i = 0; i < 200_000; i++) {
        // Times of many ids and times of few, so that it grows and shrinks.
        minute += random.nextInt(1_000) == 0 ? random.nextInt(i / 50_000 % 2 == 0 ? 2 : 40) : 0;
        var id =
            known.isEmpty() || random.nextInt(4) > 0
                ? new Id(random.nextLong(), random.nextLong())
                : known.get(random.nextInt(known.size()));
        if (random.nextInt(50) == 0) {
          table.remove(id.high(), id.low());
          model.remove(id);
        } else {
          known.add(id);
          var entry = new IdTable.Entry(random.nextLong(), random.nextLong(), minute);
          table.put(id.high(), id.low(), entry);
          model.put(id, entry);
        }
        var asked = known.isEmpty() ? id : known.get(random.nextInt(known.size()));
        var expected = model.get(asked);
        var found = table.find(asked.high(), asked.low());
        boolean mayBeForgotten = expected != null && expected.minute() < minute - KEEP;
        assertThat(mayBeForgotten && found == null ? expected : found).isEqualTo(expected);
      }
    }
  }

  @Test
  void forgetsWhatIsOldAndUsesItsRoomAgain() {
    var random = new SplittableRandom(7);
    long most = 0;
    try (var table = new IdTable(directory, KEEP)) {
      for (int i = 0; i < 600_000; i++) {
        table.put(
            random.nextLong(), random.nextLong(), new IdTable.Entry(0, 0, i / 600)); // 60,000 live
        most = Math.max(most, table.size());
      }
      assertThat(most).isLessThan(70_000);
      assertThat(table.bytesOnDisk()).isLessThan(8L << 20);
    }
  }

  @Test
  void leavesNoFileBehind() throws Exception {
    try (var table = new IdTable(directory, KEEP)) {
      table.put(1, 2, new IdTable.Entry(3, 0, 4));
    }
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }
}
