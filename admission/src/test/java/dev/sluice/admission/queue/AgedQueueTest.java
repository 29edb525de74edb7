package dev.sluice.admission.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.run.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AgedQueueTest {
  private static QueueEntry entry(SplittableRandom random) {
    return new QueueEntry(
        random.nextInt(5) == 0,
        random.nextInt(-2, 3),
        new Origin(random.nextInt(1_000), 0, random.nextInt(1_000)),
        random.nextInt(3),
        "r" + random.nextInt(100_000),
        random.nextInt(1_000_000));
  }

  private static @Nullable Long oldest(List<QueueEntry> entries) {
    return entries.stream().map(QueueEntry::sinceMs).min(Long::compare).orElse(null);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void tellsTheOldestOfAnyFirstSoMany(long seed) {
    var random = new SplittableRandom(seed);
    var queue = new AgedQueue();
    var model = new TreeSet<QueueEntry>();
    for (int i = 0; i < 3_000; i++) {
      if (random.nextInt(5) < 3 || model.isEmpty()) {
        var entry = entry(random);
        if (model.add(entry)) {
          queue.add(entry);
        }
      } else {
        var some = new ArrayList<>(model).get(random.nextInt(model.size()));
        model.remove(some);
        queue.remove(some);
        queue.remove(some);
      }
      if (i % 10 == 0) {
        var all = List.copyOf(model);
        int count = random.nextInt(all.size() + 1);
        assertThat(queue.size()).isEqualTo(all.size());
        assertThat(queue.oldestOfFirst(count)).isEqualTo(oldest(all.subList(0, count)));
        assertThat(queue.oldestBehind(count)).isEqualTo(oldest(all.subList(count, all.size())));
      }
    }
  }

  /** A tree that is a list would overflow the stack. */
  @Test
  void staysFlatWhateverTheOrderOfWhatIsAdded() {
    var queue = new AgedQueue();
    var all = new ArrayList<QueueEntry>();
    for (int i = 0; i < 200_000; i++) {
      var entry = new QueueEntry(false, 0, new Origin(i, 0, i), 0, "r" + i, 1_000_000 - i);
      queue.add(entry);
      all.add(entry);
    }
    assertThat(queue.oldestOfFirst(100_000)).isEqualTo(900_001);
    all.subList(50_000, 200_000).forEach(queue::remove);
    assertThat(queue.size()).isEqualTo(50_000);
    assertThat(queue.oldestBehind(10)).isEqualTo(950_001);
  }
}
