package dev.sluice.runner.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.AnswerKind;
import dev.sluice.v1.Dispatch;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LeaseDeadlinesTest {
  private static final long TTL = 6_000;
  private final LeaseDeadlines deadlines = new LeaseDeadlines(2, TTL, 1_000);
  private final AnswerRules rules = new AnswerRules(deadlines, Set.of("a"));

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
  void isNotSetBackByAnOlderAcknowledgement() {
    deadlines.acknowledged(0, 2, 12_000, 50_000, 12_100);
    deadlines.acknowledged(0, 1, 10_000, 49_000, 12_200);

    assertThat(deadlines.newest(0)).isEqualTo(2);
    assertThat(deadlines.isOver(0, 15_999)).isFalse();
  }

  @Test
  void claimsOnlyWithAnAcknowledgedHeartbeatASlotAndTheAgent() {
    assertThat(rules.answer(dispatch("a"), 50_000, 11_000, () -> true))
        .isEqualTo(AnswerKind.RETURN_NO_SLOT);
    deadlines.acknowledged(0, 1, 10_000, 50_000, 10_100);

    assertThat(rules.answer(dispatch("a"), 50_000, 11_000, () -> true)).isEqualTo(AnswerKind.CLAIM);
    assertThat(rules.answer(dispatch("a"), 50_000, 11_000, () -> false))
        .isEqualTo(AnswerKind.RETURN_NO_SLOT);
    assertThat(rules.answer(dispatch("b"), 50_000, 11_000, () -> true))
        .isEqualTo(AnswerKind.RETURN_NO_AGENT);
  }

  @Test
  void returnsWhatIsOlderThanFiveMinutesByTheBrokersClock() {
    deadlines.acknowledged(0, 1, 10_000, 1_000_000, 10_100);

    assertThat(rules.answer(dispatch("a"), 699_000, 11_000, () -> true))
        .isEqualTo(AnswerKind.RETURN_STALE);
  }
}
