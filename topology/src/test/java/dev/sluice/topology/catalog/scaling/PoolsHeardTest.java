package dev.sluice.topology.catalog.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.PoolShare;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which pools are known, and how large their workers are. */
final class PoolsHeardTest {
  private static final long SPAN = PoolsHeard.REMEMBERED.toNanos();

  private final PoolsHeard pools = new PoolsHeard();

  private void heard(String worker, int slots, long nanos, String... served) {
    pools.heard(
        Heartbeat.newBuilder()
            .setWorker(worker)
            .setIncarnation(worker + ".1")
            .setNumber(1)
            .setPools(
                List.of(served).stream().map(pool -> new PoolShare(pool, List.of(0))).toList())
            .setAgents(List.of("a"))
            .setSlots(slots)
            .setFree(slots)
            .setVersions(List.of())
            .build(),
        nanos);
  }

  @Test
  void knowsTheLargestWorkerOfEachPool() {
    heard("w1", 16, 0, "one", "two");
    heard("w2", 64, 0, "two");
    heard("w3", 8, 0, "two");

    assertThat(pools.largestWorker("one")).isEqualTo(16);
    assertThat(pools.largestWorker("two")).isEqualTo(64);
    assertThat(pools.largestWorker("three")).isZero();
  }

  @Test
  void forgetsAWorkerThatHasBeenSilentForLong() {
    heard("large", 64, 0, "one");
    heard("small", 16, SPAN - 1, "one");
    pools.forgetUntil(SPAN + SPAN / 2);
    assertThat(pools.largestWorker("one")).as("silent for one span and a half").isEqualTo(64);
    heard("small", 16, SPAN + SPAN / 2, "one");

    pools.forgetUntil(2 * SPAN);
    assertThat(pools.largestWorker("one")).isEqualTo(16);
    pools.forgetUntil(5 * SPAN);

    assertThat(pools.largestWorker("one")).isZero();
    assertThat(pools.knows("one")).isFalse();
  }

  @Test
  void knowsPoolsThatHaveATopicAndNoWorker() {
    pools.haveTopics(Set.of("quiet"));

    assertThat(pools.knows("quiet")).isTrue();
    assertThat(pools.knows("nobodys")).isFalse();
  }

  @Test
  void takesNoPoolOrSizeThatNoWorkerOfOursHas() {
    heard("w", 0, 0, "empty");
    heard("w", -5, 0, "negative");
    heard("w", 16, 0, "With_Capital", "");
    heard("w", Integer.MAX_VALUE, 0, "giant");

    assertThat(pools.knows("empty")).isFalse();
    assertThat(pools.knows("negative")).isFalse();
    assertThat(pools.knows("With_Capital")).isFalse();
    assertThat(pools.knows("")).isFalse();
    assertThat(pools.largestWorker("giant")).isEqualTo(100_000);
  }
}
