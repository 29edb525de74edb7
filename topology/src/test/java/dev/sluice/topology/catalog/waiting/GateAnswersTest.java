package dev.sluice.topology.catalog.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GateAnswersTest {
  private static final int REMEMBERED = 10_000;
  private final Waiters waiters = new Waiters();
  private final GateAnswers answers = waiters.commands();

  private static Decision decision(DecisionKind kind, @Nullable String commandId) {
    return Decision.newBuilder()
        .setKind(kind)
        .setTenant("acme")
        .setRunId("r")
        .setReason("because")
        .setAtMs(1)
        .setCauseTopic("commands")
        .setCausePartition(0)
        .setCauseOffset(0)
        .setCommandId(commandId)
        .build();
  }

  @Test
  void tellsWhoWaitsAndWhoAsksLater() throws Exception {
    var waiting = answers.await("acme", "c");
    waiters.decided(decision(DecisionKind.CANCEL, "c"));

    assertThat(waiting).isCompletedWithValue(new GateAnswers.Said("CANCEL", "r", "because"));
    assertThat(answers.await("acme", "c")).isCompletedWithValue(waiting.get());
    assertThat(answers.await("other", "c")).isNotDone();
  }

  @Test
  void theFirstDecisionIsTheAnswer() {
    waiters.decided(decision(DecisionKind.SIGNAL, "c"));
    waiters.decided(decision(DecisionKind.REFUSE, "c"));

    assertThat(answers.await("acme", "c"))
        .isCompletedWithValueMatching(said -> said.kind().equals("SIGNAL"));
  }

  @Test
  void decisionsOnNoCommandAnswerNobody() {
    var waiting = answers.await("acme", "c");

    waiters.decided(decision(DecisionKind.CANCEL, null));

    assertThat(waiting).isNotDone();
  }

  @Test
  void tellsWhatBecameOfASubmissionByItsPlace() {
    var waiting = waiters.submissions().await("acme", "commands-0-0");

    waiters.decided(decision(DecisionKind.DISPATCH, null));
    assertThat(waiting).isNotDone();
    waiters.decided(decision(DecisionKind.DUPLICATE, null));

    assertThat(waiting).isCompletedWithValue(new GateAnswers.Said("DUPLICATE", "r", "because"));
  }

  @Test
  void remembersNoMoreThanABound() {
    for (int i = 0; i <= REMEMBERED; i++) {
      waiters.decided(decision(DecisionKind.CANCEL, "c" + i));
    }

    assertThat(answers.await("acme", "c0")).isNotDone();
    assertThat(answers.await("acme", "c" + REMEMBERED)).isDone();
  }

  @Test
  void endsWaitsWhenTheCatalogStops() {
    var waiting = answers.await("acme", "c");

    answers.stop();

    assertThat(waiting).isCancelled();
    assertThat(answers.await("acme", "d")).isCancelled();
  }
}
