package dev.sluice.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be waited for without a slot. */
final class WaitTest {
  private static final Child<String> CHILD = new Child<>(1, "r~1", TypeRef.of(String.class));

  @Test
  void aStepInProgressIsNone() {
    assertThat(Wait.class.getPermittedSubclasses())
        .containsExactlyInAnyOrder(Child.class, Wait.Timer.class, Wait.Signal.class);
  }

  @Test
  void whatCameFirstGivesItsValueToItsOwnWaitAlone() {
    var timer = Wait.timer(Duration.ofHours(2));
    var ended = new ChildResult.Succeeded<>(CHILD, "done");
    var first = new Wait.First<Object>(CHILD, ended);

    assertThat(first.ifIs(CHILD)).contains(ended);
    assertThat(first.ifIs(new Child<>(1, "r~1", TypeRef.of(String.class)))).isPresent();
    assertThat(first.ifIs(timer)).isEmpty();
  }

  @Test
  void twoOfTheSameNameAreTwo() {
    var one = Wait.signal("go", String.class);
    var other = Wait.signal("go", String.class);
    var all = new Wait.All(List.of(one, other), List.of("a", "b"));

    assertThat(all.of(other)).isEqualTo("b");
    assertThat(all.of(one)).isEqualTo("a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> all.of(Wait.signal("go", String.class)))
        .withMessageContaining("signal 'go'");
  }

  @Test
  void aTimerHasABound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Wait.timer(RunContext.LONGEST_WAIT.plusMillis(1)))
        .withMessageContaining("at most 366 days, got PT8784H0.001S");
  }

  /** What is left until a deadline that passed while the code got there. */
  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-0.001S", "PT-9000H", "PT-2562047788015215H"})
  void aTimeThatHasPassedIsOverAtOnce(Duration duration) {
    assertThat(((Wait.Timer) Wait.timer(duration)).duration()).isEqualTo(Duration.ZERO);
  }

  @Test
  void aTimerGivesATime() {
    var timer = Wait.timer(Duration.ZERO);
    var first = new Wait.First<>(timer, Instant.EPOCH);

    assertThat(first.value()).isEqualTo(Instant.EPOCH);
  }
}
