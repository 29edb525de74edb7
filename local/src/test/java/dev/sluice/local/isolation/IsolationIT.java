package dev.sluice.local.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import dev.sluice.verification.Violation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever somebody does with one core, on topics or over HTTP, the runs of others start as before.
 * Prints the table of docs/isolation.md; {@code -Disolation.seconds=20} takes more time for it,
 * {@code -Disolation.only=random} takes the attacks with this in their name alone.
 */
@Tag("isolation")
final class IsolationIT {
  private static final Duration ROUND =
      Duration.ofSeconds(Integer.getInteger("isolation.seconds", 4));

  private static final int MOST_WARM_UPS = 8;

  @Test
  void startsTheRunsOfOthersWhateverSomebodyDoes(@TempDir Path data) throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 1, 32));
        var attacker = new AttackerProcess(target(stack));
        var healthy = new Healthy(stack)) {
      warmUp(healthy);
      var table = new Table();
      for (var attack : attacks()) {
        try {
          table.add(row(attack, attacker, healthy));
        } catch (AssertionError e) { // the others are tried all the same
          table.fails(attack, e);
        }
      }
      table.print();

      assertThat(table.failures()).isEmpty();
      var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
      assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations())
          .filteredOn(violation -> !isStillUnderWay(violation))
          .isEmpty();
    }
  }

  /** What the attacker submitted waits for its own cap; nobody waited for its end. */
  private static boolean isStillUnderWay(Violation violation) {
    return violation.what().endsWith("has no completion")
        && !violation.what().contains("tenant=" + Healthy.PREFIX);
  }

  private static Attacker.Target target(LocalStack stack) {
    return new Attacker.Target(stack.bootstrap(), stack.registry(), stack.gatewayUrl());
  }

  private static List<Attack> attacks() {
    var only = System.getProperty("isolation.only", "");
    return AttackerProcess.all().stream()
        .filter(attack -> attack.rule().isEmpty() || attack.name().contains(only))
        .toList();
  }

  /** Until the time that runs take no longer falls. */
  private static void warmUp(Healthy healthy) throws InterruptedException {
    long before = Long.MAX_VALUE;
    for (int i = 0; i < MOST_WARM_UPS; i++) {
      long now = healthy.round(ROUND).p50Ms();
      if (now > before * 9 / 10) {
        return;
      }
      before = now;
    }
  }

  private static Table.Row row(Attack attack, AttackerProcess attacker, Healthy healthy)
      throws IOException, InterruptedException {
    var alone = healthy.round(ROUND);
    attacker.begin(attack);
    try {
      return new Table.Row(attack, alone, healthy.round(ROUND));
    } finally {
      attacker.end();
    }
  }
}
