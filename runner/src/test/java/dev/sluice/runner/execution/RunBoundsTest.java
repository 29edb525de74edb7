package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Bounds;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepOptions;
import dev.sluice.v1.EndEntry;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an agent asks for beyond a bound is refused where its author sees it. */
final class RunBoundsTest {
  static Stream<Arguments> calls() {
    return Stream.of(
        call("a meter's name", true, run -> run.charge("m".repeat(64), 1)),
        call("too long a meter", false, run -> run.charge("m".repeat(65), 1)),
        call("60,000 characters", false, run -> run.charge("m".repeat(60_000), 1)),
        call("no name", false, run -> run.charge("", 1)),
        call("no meter's character", false, run -> run.charge("a b", 1)),
        call("the largest amount", true, run -> run.charge("m", Bounds.AMOUNT)),
        call("more than that", false, run -> run.charge("m", Bounds.AMOUNT + 1)),
        call("less than nothing", false, run -> run.charge("m", -1)),
        call("as many meters", true, run -> charge(run, Bounds.METERS)),
        call("a meter too many", false, run -> charge(run, Bounds.METERS + 1)),
        call("too long a declared meter", false, run -> declare(run, "m".repeat(65))),
        call("as many changes", true, run -> change(run, Bounds.CHANGES)),
        call("a change too many", false, run -> change(run, Bounds.CHANGES + 1)),
        call("too long a change", false, run -> run.version("c".repeat(129))),
        call("too long a step", false, run -> run.step("s".repeat(129), Integer.class, () -> 1)));
  }

  private static Arguments call(String name, boolean fits, Consumer<RunContext> call) {
    return Arguments.of(name, fits, call);
  }

  private static void charge(RunContext run, int meters) {
    for (int i = 0; i < meters; i++) {
      run.charge("m" + i, 1);
      run.charge("m" + i, 1);
    }
  }

  private static void declare(RunContext run, String meter) {
    run.step("s", Integer.class, StepOptions.DEFAULT.charging(meter, 1L), () -> 1);
  }

  private static void change(RunContext run, int changes) {
    for (int i = 0; i < changes; i++) {
      run.version("change-" + i);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void aCallKeepsToTheRulesOrThrowsAtOnce(String name, boolean fits, Consumer<RunContext> call) {
    var output = outcome(new OneRunGate(agent(call)));

    if (fits) {
      assertThat(output).isEqualTo("\"fits\"");
    } else {
      assertThat(output).as("says what is wrong, in few words").hasSizeBetween(20, 400);
    }
  }

  @Test
  void metersOfTheBudgetAreAmongThoseThatARunMayHave() {
    var agent =
        agent(
            run -> {
              charge(run, Bounds.METERS - 1);
              run.charge("tokens", 1);
              run.charge("other", 1);
            });

    assertThat(outcome(new OneRunGate(agent).budget("tokens", 1_000, 1_000, 100)))
        .isEqualTo(
            "\"a run and its tree have at most 32 meters, those of the budget among them;"
                + " 'other' is one more\"");
  }

  /** What the call came to is the run's output. */
  private static TestAgent agent(Consumer<RunContext> call) {
    return TestAgent.of(
        run -> {
          try {
            call.accept(run);
            return "fits";
          } catch (IllegalArgumentException refused) {
            return String.valueOf(refused.getMessage());
          }
        });
  }

  private static String outcome(OneRunGate gate) {
    var end = (EndEntry) gate.epoch();
    return StandardCharsets.UTF_8.decode(end.getOutput().duplicate()).toString();
  }
}
