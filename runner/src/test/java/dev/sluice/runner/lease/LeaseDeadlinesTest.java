package dev.sluice.runner.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.JournalFormats;
import dev.sluice.runner.execution.LoadedAgent;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.Dispatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LeaseDeadlinesTest {
  private static final long TTL = 6_000;
  private final LeaseDeadlines deadlines = new LeaseDeadlines(2, TTL, 1_000);
  private final AnswerRules rules =
      new AnswerRules(deadlines, LoadedAgent.all(List.of(new Coded())));

  private static final class Coded implements Agent<String, String> {
    @Override
    public String name() {
      return "a";
    }

    @Override
    public String version() {
      return "3";
    }

    @Override
    public Set<String> replays() {
      return Set.of("1", "2");
    }

    @Override
    public String run(RunContext run, String input) {
      return input;
    }
  }

  private static Dispatch dispatch(String agent) {
    return Dispatch.newBuilder()
        .setTenant("t")
        .setRunId("r")
        .setEpoch(1)
        .setAttempt(1)
        .setAgent(agent)
        .setPool("default")
        .setGatePartition(0)
        .setReplay(List.of())
        .setChildren(List.of())
        .setSignals(List.of())
        .setBudget(List.of())
        .setLeaseTtlMs(TTL)
        .setSubmittedAtMs(0)
        .setMaxAttempts(3)
        .setMaxSteps(10)
        .build();
  }

  @Test
  void endsTwoTicksBeforeTheLeaseCountedFromWhenTheHeartbeatWasSent() {
    deadlines.acknowledged(0, 1, 10_000, 50_000, 10_900);

    assertThat(deadlines.isOver(0, 13_999)).isFalse();
    assertThat(deadlines.isOver(0, 14_000)).isTrue();
    assertThat(deadlines.isOver(1, 10_900)).as("nothing acknowledged there").isTrue();
  }

  @Test
  void aLeaseThatWasOnceOverStaysSo() {
    deadlines.acknowledged(0, 1, 10_000, 50_000, 10_100);
    deadlines.acknowledged(0, 2, 15_000, 55_000, 15_100);

    assertThat(deadlines.isOver(0, TTL, 10_500, 15_200)).isTrue();
    assertThat(deadlines.isOver(0, 2 * TTL, 10_500, 15_200)).as("it lasts longer").isFalse();
    assertThat(deadlines.isOver(0, TTL, 15_200, 15_200)).as("claimed later").isFalse();
  }

  /** What is kept is little, and no lease that was over is forgotten for that. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void forgetsNoLapse(long seed) {
    var random = new SplittableRandom(seed);
    record Lapse(long atMs, long ms) {}
    var all = new ArrayList<Lapse>();
    long sent = 0;
    long now = 1;
    deadlines.acknowledged(0, 1, sent, 0, now);
    for (int beat = 2; beat < 300; beat++) {
      now += random.nextLong(1, seed % 2 == 0 ? 6_000 : 40_000L / beat + 4_100);
      all.add(new Lapse(now, now - sent));
      sent = now - random.nextLong(0, 50);
      deadlines.acknowledged(0, beat, sent, 0, now);
      long ttl = TTL + random.nextLong(10_000);
      long claimed = random.nextLong(now + 1);
      boolean lapsed =
          all.stream().anyMatch(lapse -> lapse.atMs() >= claimed && lapse.ms() >= ttl - 2_000);

      if (lapsed) {
        assertThat(deadlines.isOver(0, ttl, claimed, now)).as("beat %d", beat).isTrue();
      }
      assertThat(deadlines.isOver(0, ttl, now + 1, now)).as("a lease from now on").isFalse();
    }
  }

  @Test
  void isNotSetBackByAnOlderAcknowledgement() {
    deadlines.acknowledged(0, 2, 12_000, 50_000, 12_100);
    deadlines.acknowledged(0, 1, 10_000, 49_000, 12_200);

    assertThat(deadlines.newest(0)).isEqualTo(2);
    assertThat(deadlines.isOver(0, 15_999)).isFalse();
  }

  @Test
  void claimsOnlyWithAnAcknowledgedHeartbeatASlotAndTheAgent() {
    assertThat(rules.answer(dispatch("a"), 50_000, 11_000, () -> AnswerKind.CLAIM))
        .isEqualTo(AnswerKind.RETURN_NO_SLOT);
    deadlines.acknowledged(0, 1, 10_000, 50_000, 10_100);

    assertThat(rules.answer(dispatch("a"), 50_000, 11_000, () -> AnswerKind.CLAIM))
        .isEqualTo(AnswerKind.CLAIM);
    assertThat(rules.answer(dispatch("a"), 50_000, 11_000, () -> AnswerKind.RETURN_NO_SLOT))
        .isEqualTo(AnswerKind.RETURN_NO_SLOT);
    assertThat(rules.answer(dispatch("b"), 50_000, 11_000, () -> AnswerKind.CLAIM))
        .isEqualTo(AnswerKind.RETURN_NO_AGENT);
  }

  /** Its partition may have been another worker's when the gate chose it. */
  @Test
  void returnsWhatItCannotReplay() {
    deadlines.acknowledged(0, 1, 10_000, 50_000, 10_100);

    assertThat(answer(List.of("1", "3"), JournalFormats.NEWEST)).isEqualTo(AnswerKind.CLAIM);
    assertThat(answer(List.of("1", "4"), JournalFormats.NEWEST))
        .isEqualTo(AnswerKind.RETURN_NO_AGENT);
    assertThat(answer(List.of("1"), JournalFormats.NEWEST + 1))
        .isEqualTo(AnswerKind.RETURN_NO_AGENT);
    assertThat(answer(List.of(), 0)).as("of an earlier gate").isEqualTo(AnswerKind.CLAIM);
  }

  private AnswerKind answer(List<String> versions, int format) {
    var dispatch = dispatch("a");
    dispatch.put("versions", versions);
    dispatch.put("journal_format", format);
    return rules.answer(dispatch, 50_000, 11_000, () -> AnswerKind.CLAIM);
  }

  @Test
  void returnsWhatIsOlderThanFiveMinutesByTheBrokersClock() {
    deadlines.acknowledged(0, 1, 10_000, 1_000_000, 10_100);

    assertThat(rules.answer(dispatch("a"), 699_000, 11_000, () -> AnswerKind.CLAIM))
        .isEqualTo(AnswerKind.RETURN_STALE);
  }
}
