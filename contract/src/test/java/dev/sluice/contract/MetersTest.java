package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MetersTest {
  private static Map<String, Long> many(int count) {
    var meters = new HashMap<String, Long>();
    for (int i = 0; i < count; i++) {
      meters.put("m" + i, 1L);
    }
    return meters;
  }

  @Test
  void budgetsKeepToTheRules() {
    assertThat(Meters.problem("budget", many(32))).isEmpty();
    assertThat(Meters.problem("budget", many(33)).orElseThrow())
        .isEqualTo("budget must have at most 32 meters, got 33");
    assertThat(Meters.problem("budget", Map.of("m".repeat(64), Bounds.AMOUNT))).isEmpty();
    assertThat(Meters.problem("budget", Map.of("m".repeat(65), 1L))).isPresent();
    assertThat(Meters.problem("budget", Map.of("a b", 1L)).orElseThrow())
        .isEqualTo("budget: meter must match [A-Za-z0-9._-]{1,64}, got 'a b'");
    assertThat(Meters.problem("budget", Map.of("m", -1L))).isPresent();
    assertThat(Meters.problem("budget", Map.of("m", Bounds.AMOUNT + 1)).orElseThrow())
        .isEqualTo("budget.m must be 0 to 1000000000000000, got 1000000000000001");
  }

  @Test
  void whatKeepsToTheRulesCountsAsItIs() {
    var charged = many(32);

    assertThat(Meters.countable(Set.of(), charged)).isEqualTo(charged);
    assertThat(Meters.countable(charged.keySet(), charged)).isSameAs(charged);
  }

  @Test
  void theFirstByNameOfTooManyCount() {
    var inUse = new HashSet<>(many(31).keySet());

    var counted = Meters.countable(inUse, Map.of("m0", 5L, "x", 1L, "w", 2L));

    assertThat(counted).containsOnly(Map.entry("m0", 5L), Map.entry("w", 2L));
  }

  static LongStream seeds() {
    return LongStream.range(0, 500);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void howeverMuchIsChargedThereAreNoMoreMetersThanMayBe(long seed) {
    var random = new SplittableRandom(seed);
    var inUse = new HashSet<String>();
    for (int record = 0; record < 100; record++) {
      var charged = new HashMap<String, Long>();
      for (int i = random.nextInt(60); i > 0; i--) {
        charged.put(name(random), random.nextLong());
      }
      var counted = Meters.countable(Set.copyOf(inUse), charged);
      inUse.addAll(counted.keySet());

      assertThat(charged.keySet()).containsAll(counted.keySet());
      assertThat(Meters.problem("charged", counted)).isEmpty();
      assertThat(inUse).hasSizeLessThanOrEqualTo(Bounds.METERS);
    }
  }

  private static String name(SplittableRandom random) {
    int length = random.nextInt(4) == 0 ? random.nextInt(63, 67) : random.nextInt(0, 4);
    var name = new StringBuilder();
    for (int i = 0; i < length; i++) {
      name.append(random.nextInt(50) == 0 ? (char) random.nextInt(0x10000) : (char) ('a' + i % 3));
    }
    return name.toString();
  }
}
