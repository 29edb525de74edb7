package dev.sluice.admission.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.run.RunKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RoundsTest {
  private static final long DAY_MS = 86_400_000;
  private static final long TICK_MS = 1_000;

  private final Rounds rounds = new Rounds(DAY_MS);
  private final Map<RunKey, List<Long>> told = new HashMap<>();
  private Told at = new Told(0, null);
  private long nowMs;
  private int mostInOneTick;
  private int over;

  private static RunKey run(int number) {
    return new RunKey("acme", "run-" + number);
  }

  private static List<RunKey> runs(int count) {
    return IntStream.range(0, count).mapToObj(RoundsTest::run).toList();
  }

  private void tick(int most) {
    nowMs += TICK_MS;
    var next = rounds.next(at, nowMs, most);
    next.runs().forEach(run -> told.computeIfAbsent(run, key -> new ArrayList<>()).add(nowMs));
    mostInOneTick = Math.max(mostInOneTick, next.runs().size());
    over += next.isOver() ? 1 : 0;
    at = next.told();
  }

  private void tickFor(long ms, int most) {
    for (long until = nowMs + ms; nowMs < until; ) {
      tick(most);
    }
  }

  @Test
  void tellsOfEveryRunOnceADaySpreadOverTheDay() {
    runs(50_000).forEach(rounds::add);

    tickFor(2 * DAY_MS, 100);

    assertThat(told).hasSize(50_000);
    assertThat(told.values()).allMatch(times -> times.size() == 2);
    assertThat(told.values())
        .allSatisfy(
            times ->
                assertThat(times.get(1) - times.get(0))
                    .isBetween(DAY_MS - TICK_MS, DAY_MS + TICK_MS));
    assertThat(mostInOneTick).isLessThan(12);
    assertThat(over).isEqualTo(2);
  }

  /** Their hashes are the same: whoever chooses ids can have as many as he likes. */
  @Test
  void tellsOfRunsAtOnePlaceOverSeveralTicksAndOfAllOfThem() {
    var same = new HashSet<RunKey>();
    for (int i = 0; i < 256; i++) {
      var id = new StringBuilder();
      for (int bit = 0; bit < 8; bit++) {
        id.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      same.add(new RunKey("acme", id.toString()));
    }
    same.forEach(rounds::add);

    tickFor(DAY_MS, 10);

    assertThat(told.keySet()).isEqualTo(same);
    assertThat(told.values()).allMatch(times -> times.size() == 1);
    assertThat(mostInOneTick).isEqualTo(10);
  }

  @Test
  void leavesNobodyOutWhenMoreTurnsComeThanAreTaken() {
    var crowded = new Rounds(10 * TICK_MS);
    var left = new HashSet<>(runs(1_000));
    left.forEach(crowded::add);
    var place = new Told(0, null);

    for (long now = TICK_MS; now <= 1_000 * TICK_MS / 10 + 10 * TICK_MS; now += TICK_MS) {
      var next = crowded.next(place, now, 10);
      left.removeAll(next.runs());
      place = next.told();
    }

    assertThat(left).isEmpty();
  }

  @Test
  void goesOnBehindTheLastRunToldThoughItIsGone() {
    runs(50_000).forEach(rounds::add);
    tickFor(DAY_MS / 2, 1);
    while (at.last() == null) {
      tick(1);
    }
    rounds.remove(Objects.requireNonNull(at.last()));

    tickFor(2 * DAY_MS, 100);

    assertThat(told).hasSize(50_000);
  }

  @Test
  void endsARoundThoughNothingLives() {
    tickFor(3 * DAY_MS, 100);

    assertThat(over).isEqualTo(3);
  }
}
