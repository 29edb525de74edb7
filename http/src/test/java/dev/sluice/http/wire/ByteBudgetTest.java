package dev.sluice.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteBudgetTest {
  private static final long BYTES = 3 * 1024 * 1024;
  private static final int SMALL = ByteBudget.SMALL;

  private final ByteBudget budget = new ByteBudget(BYTES);
  private final Set<ByteBudget.Hold> told = new HashSet<>();

  private ByteBudget.Hold hold() {
    var made = new ArrayList<ByteBudget.Hold>();
    made.add(budget.new Hold(() -> told.add(made.get(0))));
    return made.get(0);
  }

  private ByteBudget.Hold holding(long bytes) {
    var hold = hold();
    assertThat(hold.atLeast(bytes, Collections::emptyIterator)).isTrue();
    return hold;
  }

  @Test
  void nobodyLosesAnythingWhileThereIsRoom() {
    var other = holding(BYTES / 4);
    assertThat(hold().atLeast(BYTES / 4, List.of(other)::iterator)).isTrue();
    assertThat(other.isLost()).isFalse();
  }

  @Test
  void theFirstOfTheOthersLosesAndIsTold() {
    var first = holding(SMALL);
    var others = new ArrayList<>(List.of(first));
    for (int i = 1; i < 16; i++) {
      others.add(holding(SMALL));
    }
    var hold = hold();
    assertThat(hold.atLeast(1, others::iterator)).isTrue();
    assertThat(first.isLost()).isTrue();
    assertThat(told).contains(first);
    assertThat(first.atLeast(1, Collections::emptyIterator)).isFalse();
    assertThat(others.stream().filter(ByteBudget.Hold::isLost).count()).isLessThanOrEqualTo(2);
  }

  @Test
  void whoIsNamedTwiceLosesOnce() {
    var first = holding(BYTES / 2);
    var hold = hold();
    assertThat(hold.atLeast(BYTES / 3, List.of(first, first)::iterator)).isTrue();
    first.atMost(0);
    hold.atMost(0);
    assertThat(budget.left()).isEqualTo(BYTES);
    assertThat(budget.isAnyLost()).isFalse();
  }

  @Test
  void nobodyLosesAnythingIfItIsNotEnough() {
    var kept = holding(BYTES / 2);
    assertThat(kept.keep(true)).isTrue();
    var other = holding(2 * SMALL);
    assertThat(hold().atLeast(BYTES / 2, List.of(kept, other)::iterator)).isFalse();
    assertThat(kept.isLost() || other.isLost()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void whoHoldsSmallThingsLosesNothingForALargeOne() {
    var small = holding(SMALL);
    var large = holding(BYTES / 2);
    assertThat(hold().atLeast(BYTES / 2, List.of(small, large)::iterator)).isTrue();
    assertThat(small.isLost()).isFalse();
    assertThat(large.isLost()).isTrue();
  }

  @Test
  void noMoreThanThereIsCanBeLostBeforeItIsGivenBack() {
    var first = holding(BYTES / 2);
    var second = hold();
    assertThat(second.atLeast(BYTES / 2, List.of(first)::iterator)).isTrue();
    assertThat(hold().atLeast(BYTES / 2, List.of(second)::iterator)).isFalse();
    first.atMost(0);
    assertThat(hold().atLeast(BYTES / 2, List.of(second)::iterator)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsItsSumsWhateverHappens(long seed) {
    var random = new SplittableRandom(seed);
    var holds = new ArrayList<ByteBudget.Hold>();
    for (int i = 0; i < 20_000; i++) {
      if (holds.size() < 100) {
        holds.add(hold());
      }
      int at = random.nextInt(holds.size());
      var hold = holds.get(at);
      switch (random.nextInt(8)) {
        case 0 -> hold.atMost(random.nextInt(2 * SMALL));
        case 1 -> hold.keep(random.nextBoolean());
        case 2 -> {
          hold.atMost(0);
          holds.remove(at);
        }
        default -> hold.atLeast(1L << random.nextInt(22), holds::iterator);
      }
      assertSums(holds);
    }
    holds.forEach(hold -> hold.atMost(0));
    assertThat(budget.left()).isEqualTo(BYTES);
  }

  private void assertSums(List<ByteBudget.Hold> holds) {
    long held = 0;
    long large = 0;
    long lost = 0;
    for (var hold : holds) {
      if (hold.isLost()) {
        lost += hold.bytes();
      } else {
        held += hold.bytes();
        large += hold.bytes() > SMALL ? hold.bytes() : 0;
      }
    }
    assertThat(held).isEqualTo(BYTES - budget.left()).isBetween(0L, BYTES);
    assertThat(large).isLessThanOrEqualTo(BYTES - BYTES / 3);
    assertThat(lost).isBetween(0L, BYTES);
  }
}
