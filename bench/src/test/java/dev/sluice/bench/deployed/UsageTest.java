package dev.sluice.bench.deployed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.bench.measure.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UsageTest {
  private static final long SECOND = 1_000_000_000;

  private final Usage before = new Usage(SECOND, Map.of("gate", 100.0, "gone", 50.0), 10, 1_000);

  /** In 4 s the machine did 6 s of work: 1.5 s of it ours, half a second the bench's own. */
  private final Usage after =
      new Usage(5 * SECOND, Map.of("gate", 1_100.0, "young", 500.0), 510, 7_000);

  @Test
  void countsWhatWasUsedBetweenTwoMoments() {
    assertThat(after.since(before)).isEqualTo(Map.of("gate", 1_000.0, "young", 500.0));
    assertThat(after.secondsSince(before)).isEqualTo(4);
    assertThat(after.othersSince(before)).isEqualTo((6 - 2) / 4.0);
  }

  @Test
  void doesNotKnowWhatOthersUsedWhereTheMachineDoesNotTell() {
    var unknown = new Usage(0, Map.of(), 0, Double.NaN);

    assertThat(after.othersSince(unknown)).isNaN();
  }

  @Test
  void neverGivesOthersLessThanNothing() {
    var idle = new Usage(5 * SECOND, after.cpuMs(), 510, 2_000); // ticks are coarse

    assertThat(idle.othersSince(before)).isZero();
  }

  /** Neither idle time nor waiting for a disk; guests count as user already. */
  @Test
  void countsTicksInWhichTheMachineDidSomething() {
    assertThat(Usage.busyMs("cpu  1 2 4 1000 2000 8 16 32 64 128")).isEqualTo(63 * 10);
    assertThat(Usage.busyMs("cpu 1 2 4 1000")).isEqualTo(7 * 10);
  }

  @Test
  void dividesByRuns() {
    var paced = new Paced(500, new Sample(0), new Sample(0), before, after);

    assertThat(paced.cpuMsPerRun()).isEqualTo(Map.of("gate", 2.0, "young", 1.0));
    assertThat(paced.cpuMsPerRunOfAll()).isEqualTo(3);
    assertThat(paced.others()).isEqualTo(1);
  }

  @Test
  void readsProportionalSetSizes() {
    var lines =
        List.of("559a-7ffc ---p 0 [rollup]", "Rss: 9 kB", "Pss: 1000000 kB", "Pss_Anon: 5 kB");

    assertThat(Memory.mb(lines)).isEqualTo(1_024, within(1e-9));
  }
}
