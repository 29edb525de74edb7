package dev.sluice.client.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.RunEnd;
import dev.sluice.client.RunStatus;
import dev.sluice.client.SluiceException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AwaitedRunsTest {
  private final AwaitedRuns runs = new AwaitedRuns(2, 100);

  private static RunEnd end(String tenant, String run) {
    return new RunEnd(
        tenant,
        run,
        "a",
        RunStatus.SUCCEEDED,
        null,
        null,
        null,
        null,
        null,
        1,
        1,
        0,
        Map.of(),
        Map.of(),
        null,
        run,
        0,
        false);
  }

  @Test
  void anEndGoesToTheRunOfItsTenantAlone() {
    var ours = runs.add("t", "r", 0);
    var others = runs.add("u", "r", 0);

    runs.end(end("t", "r"));
    runs.end(end("t", "unknown"));

    assertThat(ours.end().join().tenant()).isEqualTo("t");
    assertThat(others.end()).isNotDone();
    assertThat(runs.hasTenant("t")).isFalse();
    assertThat(runs.hasTenant("u")).isTrue();
  }

  @Test
  void whatHasEndedTakesNoRoom() {
    for (int i = 0; i < 10; i++) {
      runs.add("t", "r" + i, 0);
      runs.end(end("t", "r" + i));
    }

    assertThat(runs.size()).isZero();
  }

  @Test
  void aRunBeyondTheBoundIsRefused() {
    runs.add("t", "1", 0);
    runs.add("t", "2", 0);

    assertThatThrownBy(() -> runs.add("t", "3", 99))
        .isInstanceOf(SluiceException.TooMany.class)
        .hasMessage("2 runs that were submitted here have not ended");
    assertThat(runs.add("t", "2", 99).end()).isNotDone();
  }

  @Test
  void anOldRunGivesWayAndItsHolderIsTold() {
    var old = runs.add("t", "1", 0);
    runs.add("t", "2", 50);

    runs.add("t", "3", 100);

    assertThat(old.end())
        .isCompletedExceptionally()
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("run 1 gave way to newer ones");
    assertThatThrownBy(() -> runs.add("t", "4", 100)).isInstanceOf(SluiceException.TooMany.class);
  }

  @Test
  void aRunIsForgottenWithTheLastOfThoseWhoHoldIt() {
    var first = runs.add("t", "r", 0);
    var second = runs.add("t", "r", 0);
    assertThat(second).isSameAs(first);

    runs.forget(first);
    assertThat(runs.hasTenant("t")).isTrue();
    runs.forget(second);
    assertThat(runs.hasTenant("t")).isFalse();
    assertThat(runs.size()).isZero();
  }

  @Test
  void forgettingARunThatHasEndedDoesNotTakeTheNextOfItsName() {
    var before = runs.add("t", "r", 0);
    runs.end(end("t", "r"));
    var next = runs.add("t", "r", 0);

    runs.forget(before);
    runs.end(end("t", "r"));

    assertThat(next.end()).isDone();
  }

  @Test
  void whoeverAwaitsIsToldOfTheClose() {
    var run = runs.add("t", "r", 0);

    runs.close();

    assertThat(run.end()).isCompletedExceptionally();
    assertThatThrownBy(() -> runs.add("t", "s", 0)).hasMessage("the client is closed");
  }

  /** Submitted again it is a duplicate, which nothing completes any more. */
  @Test
  void anEndThatCameWhileNobodyKnewOfTheRunIsToldToWhoeverAsksAgain() {
    runs.doubt(runs.add("t", "r", 0));

    runs.end(end("t", "r"));

    assertThat(runs.add("t", "r", 0).end()).isDone();
    assertThat(runs.add("t", "r", 0).end()).isNotDone();
  }

  @Test
  void whoeverAsksAgainAwaitsTheRunInThePlaceOfWhoeverDoubted() {
    runs.doubt(runs.add("t", "r", 0));
    var again = runs.add("t", "r", 0);

    assertThat(again.end()).isNotDone();
    runs.forget(again);

    assertThat(runs.size()).isZero();
  }

  @Test
  void twoWhoDoubtTheSameRunLeaveItOnce() {
    var first = runs.add("t", "r", 0);
    var second = runs.add("t", "r", 0);
    runs.doubt(first);
    runs.doubt(second);

    runs.forget(runs.add("t", "r", 0));

    assertThat(runs.size()).isZero();
  }

  @Test
  void onlyTheNewestDoubtsAreKept() {
    var many = new AwaitedRuns(1_000, 100);
    for (int i = 0; i < 300; i++) {
      many.doubt(many.add("t", "r" + i, 0));
    }

    assertThat(many.size()).isEqualTo(256);
  }
}
