package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Limits;
import dev.sluice.admission.settings.TenantSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is refused when there is no room, and that it is never for good. */
final class QuotasTest {
  private static final int BOUND = 24;

  private final OneWorker gate = new OneWorker(1, BOUND);

  private static TenantSettings bounds(int maxQueued, int maxLive) {
    return new TenantSettings(
        null, null, null, maxQueued, maxLive, null, null, null, null, null, false);
  }

  private static RunSpec at(long startAtMs) {
    return new RunSpec(
        "agent",
        "default",
        0,
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        null,
        null,
        startAtMs,
        null,
        TreeLimits.NONE,
        null,
        null);
  }

  private List<GateEffect.Complete> refused(String tenant) {
    return gate.completed().stream()
        .filter(one -> one.run().tenant().equals(tenant) && one.isRetryable())
        .toList();
  }

  private static Failure failure(GateEffect.Complete refused) {
    return Objects.requireNonNull(refused.failure());
  }

  private void submit(String tenant, int from, int to) {
    for (int i = from; i < to; i++) {
      gate.submit(tenant, "r" + i, 0);
    }
  }

  @Test
  void whatIsRefusedComesAgainUnderTheSameIdWhenThereIsRoom() {
    gate.tenant("t", bounds(2, 100));
    submit("t", 0, 3); // one is executed, two are queued
    gate.submit("t", "late", 0);
    gate.submit("t", "late", 0);
    gate.end(Outcome.SUCCEEDED);
    gate.submit("t", "late", 0);

    assertThat(refused("t"))
        .as("each refusal is a completion")
        .hasSize(2)
        .allSatisfy(
            one -> {
              assertThat(one.run().id()).isEqualTo("late");
              assertThat(one.outcome()).isEqualTo(Outcome.REJECTED);
              assertThat(failure(one).type()).isEqualTo("QueueFull");
              assertThat(failure(one).message()).contains("max_queued is 2");
            });
    assertThat(gate.phase("t", "late")).isInstanceOf(Phase.Queued.class);
  }

  @Test
  void whatIsWrongInItselfIsRefusedForGood() {
    gate.submit("t", "wrong", 1_000);
    gate.submit("t", "wrong", 0);

    assertThat(gate.completed()).hasSize(1).noneMatch(GateEffect.Complete::isRetryable);
  }

  @Test
  void runsThatWaitAndDeadOnesCount() {
    gate.tenant("t", bounds(100, 3));
    gate.submit("t", "dies", 0);
    gate.end(Outcome.DEAD);
    gate.submit("t", "parent", 0);
    gate.epoch(new JournalEntry.Sleep(3_600_000, Map.of()));
    gate.submit("t", "later", at(100_000_000));
    gate.submit("t", "fourth", 0);

    assertThat(gate.phase("t", "dies")).isInstanceOf(Phase.Dead.class);
    assertThat(gate.phase("t", "parent")).isInstanceOf(Phase.Waiting.class);
    assertThat(refused("t")).hasSize(1);
    assertThat(failure(refused("t").getFirst()).message()).contains("max_live is 3");
  }

  @Test
  void childrenAndWhatIsSentBackAreNotRefused() {
    gate.tenant("t", bounds(1, 2));
    gate.submit("t", "dies", 0);
    gate.end(Outcome.DEAD);
    gate.submit("t", "parent", 0);
    gate.spawnAndWait(5);
    gate.redrive("t", "dies");

    assertThat(gate.phase("t", "parent")).isInstanceOf(Phase.Waiting.class);
    assertThat(gate.runs()).as("two and five children").hasSize(7).noneMatch(Run::isDead);
    assertThat(refused("t")).isEmpty();
  }

  /** 24 runs: whoever has filled the partition is refused, others get their shares. */
  @Test
  void aFullPartitionTakesFromTenantsBelowTheirShares() {
    submit("greedy", 0, 30);
    submit("modest", 0, 15);

    assertThat(refused("greedy")).hasSize(6);
    assertThat(failure(refused("greedy").getFirst()).message())
        .contains("max.live.runs is 24", "24 of a share of 24");
    assertThat(refused("modest")).as("beyond half of 24").hasSize(3);
  }

  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  /** Up to 60 tenants, of which many come one after the other and fill their shares. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void refusesNobodyBelowItsShareAndTakesNothingBeyondTheBounds(long seed) {
    var random = new SplittableRandom(seed);
    var checks = new QuotaChecks(BOUND);
    gate.beforeRecord =
        event ->
            checks.before(
                event, gate.runs(), tenant -> Limits.of(TenantSettings.DEFAULT, settings()));
    int tenants = 1 + random.nextInt(60);
    int most = 0;
    for (int i = 0; i < 400; i++) {
      int known = 1 + Math.min(tenants - 1, i / 6);
      var tenant = "t" + random.nextInt(random.nextBoolean() ? known : Math.min(3, known));
      var id = "r" + random.nextInt(60);
      if (random.nextInt(8) == 0) {
        gate.cancel(tenant, id);
      } else {
        gate.submit(tenant, id, 0);
      }
      most = Math.max(most, gate.runs().size());
    }

    assertThat(most).isBetween(BOUND, GateSettings.HARD_BOUNDS * BOUND);
    assertThat(checks.crowdedOut()).isPositive();
  }

  private static GateSettings settings() {
    return GateSettings.defaults();
  }
}
