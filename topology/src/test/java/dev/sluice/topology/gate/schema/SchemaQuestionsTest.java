package dev.sluice.topology.gate.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.registry.Lookup;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SchemaQuestionsTest {
  private static final int ID = 7;
  private static final int OTHER = 8;
  private final SchemaQuestions questions =
      new SchemaQuestions(SchemaQuestions.GIVEN_UP_AFTER, at(0));

  private static long at(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void aNoCountsForFiveSecondsAtMost() {
    questions.wants(ID, 1);
    assertThat(questions.due(at(0))).containsExactly(ID);
    questions.answered(ID, Lookup.NO_SUCH_ID, at(0));

    assertThat(questions.due(at(4))).isEmpty();
    assertThat(questions.due(at(5))).containsExactly(ID);
  }

  @Test
  void whatIsBeingAskedIsNotAskedAgain() {
    questions.wants(ID, 1);
    questions.wants(ID, 2);

    assertThat(questions.due(at(0))).containsExactly(ID);
    assertThat(questions.due(at(10))).isEmpty();
  }

  @Test
  void onlyANoThatIsRepeatedForAMinuteIsFinal() {
    questions.wants(ID, 1);
    for (long second = 0; second < 60; second += 5) {
      questions.due(at(second));
      questions.answered(ID, Lookup.NO_SUCH_ID, at(second));
      assertThat(questions.denied(9)).isEmpty();
    }

    questions.due(at(60));
    questions.answered(ID, Lookup.NO_SUCH_ID, at(60));

    assertThat(questions.denied(9)).containsExactly(java.util.Map.entry(ID, at(0)));
  }

  @Test
  void whileNoRegistryAnswersNothingIsGivenUpAndOneQuestionASecondIsAsked() {
    questions.wants(ID, 1);
    questions.wants(OTHER, 2);
    questions.due(at(0));
    questions.answered(ID, Lookup.NO_SUCH_ID, at(0));
    questions.answered(OTHER, Lookup.NO_ANSWER, at(0));
    for (long second = 1; second < 300; second++) {
      var due = questions.due(at(second));
      assertThat(due).hasSize(1);
      assertThat(questions.due(at(second))).isEmpty();
      questions.answered(due.getFirst(), Lookup.NO_ANSWER, at(second));
    }

    assertThat(questions.isDown()).isTrue();
    assertThat(questions.denied(9)).isEmpty();
  }

  @Test
  void oneSendersManyIdsDoNotHoldUpAnothersEvenIfItIsOneOfThem() {
    for (int id = 100; id < 5_000; id++) {
      questions.wants(id, 1);
    }
    questions.due(at(0));
    questions.wants(4_999, 2);
    questions.wants(ID, 3);
    questions.answered(100, Lookup.NO_SUCH_ID, at(1));
    questions.answered(101, Lookup.NO_SUCH_ID, at(1));
    questions.answered(102, Lookup.NO_SUCH_ID, at(1));

    assertThat(questions.due(at(1))).contains(ID, 4_999);
  }

  @Test
  void anIdThatIsKnownIsNotAskedForAgain() {
    questions.wants(ID, 1);
    questions.due(at(0));

    assertThat(questions.answered(ID, Lookup.DONE, at(0))).isTrue();

    assertThat(questions.due(at(60))).isEmpty();
  }

  /** Each second a registry answers what it is asked, or does not. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void neverAsksMoreThanItMayNorGivesUpWhatWasNotDeniedForAMinute(long seed) {
    var random = new SplittableRandom(seed);
    var firstNo = new HashMap<Integer, Long>();
    var lastNo = new HashMap<Integer, Long>();
    int most = SchemaQuestions.MOST_PER_SECOND;
    long asked = 0;
    for (int second = 0; second < 400; second++) {
      for (int i = random.nextInt(200); i > 0; i--) {
        questions.wants(random.nextInt(3_000), random.nextInt(5));
      }
      boolean isAway = random.nextInt(4) == 0;
      for (int turn = 0; turn < 5; turn++) {
        var due = questions.due(at(second));
        asked += due.size();
        assertThat(new HashSet<>(due)).hasSameSizeAs(due);
        for (int id : due) {
          boolean isKnown = id % 10 == 0;
          var answer = isAway ? Lookup.NO_ANSWER : isKnown ? Lookup.DONE : Lookup.NO_SUCH_ID;
          questions.answered(id, answer, at(second));
          if (answer == Lookup.NO_SUCH_ID) {
            assertThat(at(second) - lastNo.getOrDefault(id, at(-5))).isGreaterThanOrEqualTo(at(5));
            firstNo.putIfAbsent(id, at(second));
            lastNo.put(id, at(second));
          }
        }
      }
      questions
          .denied(10_000)
          .forEach(
              (id, since) -> {
                assertThat(id % 10).isNotZero();
                assertThat(since).isEqualTo(lastNo.getOrDefault(id, 0L) - at(60));
                assertThat(firstNo.get(id)).isLessThanOrEqualTo(since);
              });
      assertThat(asked).isLessThanOrEqualTo(100 + (second + 1L) * most);
    }
    assertThat(questions.denied(10_000)).isNotEmpty();
  }
}
