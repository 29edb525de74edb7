package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.ChargeExceededException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.Tries;
import dev.sluice.v1.BudgetWait;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.Retry;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.YieldEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BudgetTest {
  private final List<String> executed = new ArrayList<>();

  private long model(RunContext run, String step, long most, long used) {
    return run.step(
        step,
        Long.class,
        StepOptions.DEFAULT.charging("tokens", most),
        () -> {
          executed.add(step);
          run.charge("tokens", used);
          return used;
        });
  }

  private static EndEntry ended(Object entry) {
    assertThat(entry).isInstanceOf(EndEntry.class);
    return (EndEntry) entry;
  }

  private static String output(EndEntry end) {
    return StandardCharsets.UTF_8.decode(end.getOutput().duplicate()).toString();
  }

  @Test
  void waitsForALargerSliceBeforeAStepThatMayNotFit() {
    var gate =
        new OneRunGate(TestAgent.of(run -> model(run, "one", 60, 50) + model(run, "two", 60, 50)))
            .budget("tokens", 1_000, 1_000, 100);

    assertThat(gate.epoch())
        .isEqualTo(new YieldEntry(new BudgetWait(Map.of("tokens", 60L)), Map.of()));
    assertThat(((StepEntry) gate.written().get(0)).getCharged()).isEqualTo(Map.of("tokens", 50L));
    gate.budget("tokens", 1_000, 950, 60);

    assertThat(output(ended(gate.epoch()))).isEqualTo("100");
    assertThat(executed).containsExactly("one", "two");
  }

  @Test
  void chargesAReplayedStepNotAgain() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      model(run, "one", 60, 50);
                      run.sleep(Duration.ofSeconds(1));
                      return run.budget().meter("tokens").orElseThrow().slice();
                    }))
            .budget("tokens", 1_000, 1_000, 100);
    gate.epoch();
    gate.budget("tokens", 1_000, 950, 70);

    var end = ended(gate.epoch());

    assertThat(output(end)).isEqualTo("70");
    assertThat(end.getCharged()).isEmpty();
  }

  @Test
  void showsWhatIsLeftAndWhatIsLow() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      var before = run.budget();
                      model(run, "one", 60, 50);
                      run.charge("tokens", 10);
                      var after = run.budget();
                      return List.of(before.isLow(), after.isLow(), after.meters().get("tokens"));
                    }))
            .budget("tokens", 1_000, 250, 100);

    assertThat(output(ended(gate.epoch())))
        .isEqualTo("[false,true,{\"ceiling\":1000,\"left\":190,\"slice\":40,\"low\":true}]");
  }

  @Test
  void boundsNothingWithoutABudget() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  run.charge("calls", 5);
                  return model(run, "one", 10, 1_000);
                }));

    assertThat(output(ended(gate.epoch()))).isEqualTo("1000");
    assertThat(((StepEntry) gate.written().get(0)).getCharged())
        .isEqualTo(Map.of("tokens", 1_000L, "calls", 5L));
  }

  @Test
  void recordsWhatFitsOfAChargeThatIsLargerThanDeclared() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      try {
                        return model(run, "one", 60, 61);
                      } catch (StepFailedException e) {
                        run.sleep(Duration.ofSeconds(1));
                        return e.type() + ": " + e.getMessage();
                      }
                    }))
            .budget("tokens", 1_000, 1_000, 100);

    gate.epoch();
    var failed = (StepEntry) gate.written().get(0);
    assertThat(failed.getCharged()).isEqualTo(Map.of("tokens", 60L));
    assertThat(failed.getTries()).isEqualTo(1);

    assertThat(output(ended(gate.epoch())))
        .contains("ChargeExceeded")
        .contains("61 charged, 60 allowed of meter tokens");
    assertThat(executed).containsExactly("one");
  }

  @Test
  void failsARunThatChargesMoreThanItDeclared() {
    var gate =
        new OneRunGate(TestAgent.of(run -> model(run, "one", 60, 61)))
            .budget("tokens", 1_000, 1_000, 100);

    var end = ended(gate.epoch());

    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getType()).isEqualTo("ChargeExceeded");
    assertThat(end.getCharged()).isEqualTo(Map.of("tokens", 60L));
  }

  @Test
  void neverChargesMoreThanItsSliceOutsideOfSteps() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      run.charge("tokens", 90);
                      String caught = "";
                      try {
                        run.charge("tokens", 11);
                      } catch (ChargeExceededException e) {
                        caught = e.meter() + e.charged() + e.allowed();
                      }
                      run.sleep(Duration.ofSeconds(1));
                      run.step(
                          "done",
                          Integer.class,
                          StepOptions.DEFAULT.charging("tokens", 0),
                          () -> 1);
                      return caught;
                    }))
            .budget("tokens", 1_000, 1_000, 100);
    gate.epoch();
    assertThat(((StepEntry) gate.written().get(0)).getCharged()).isEqualTo(Map.of("tokens", 100L));

    var end = ended(gate.epoch());

    assertThat(output(end)).as("refused again in replay").isEqualTo("\"tokens1110\"");
    assertThat(end.getCharged()).isEmpty();
  }

  @Test
  void handsBackAPartialAnswerWhenTheBudgetIsExhausted() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      try {
                        return model(run, "large", 60, 50);
                      } catch (BudgetExhaustedException e) {
                        model(run, "small", 5, 5);
                        return e.meter() + " " + e.needed() + " " + e.left();
                      }
                    }))
            .budget("tokens", 1_000, 10, 10)
            .exhausted();

    var end = ended(gate.epoch());

    assertThat(end.getStatus()).isEqualTo(RunStatus.BUDGET_EXHAUSTED);
    assertThat(output(end)).isEqualTo("\"tokens 60 10\"");
    assertThat(end.getError().getType()).isEqualTo("BudgetExhausted");
    assertThat(((StepEntry) gate.written().get(0)).getError().getType())
        .isEqualTo("BudgetExhausted");
    gate.budget("tokens", 1_000, 500, 500);
    var replayed = ended(gate.epoch());
    assertThat(replayed.getStatus()).as("in replay").isEqualTo(RunStatus.BUDGET_EXHAUSTED);
    assertThat(output(replayed)).isEqualTo("\"tokens 60 10\"");
    assertThat(executed).containsExactly("small");
  }

  @Test
  void endsAsExhaustedThoughNobodyCatchesIt() {
    var gate =
        new OneRunGate(TestAgent.of(run -> model(run, "one", 60, 50)))
            .budget("tokens", 1_000, 0, 0)
            .exhausted();

    var end = ended(gate.epoch());

    assertThat(end.getStatus()).isEqualTo(RunStatus.BUDGET_EXHAUSTED);
    assertThat(end.getOutput()).isNull();
  }

  @Test
  void waitsBeforeAStepThatDeclaresNothingWhenNothingIsLeft() {
    var gate =
        new OneRunGate(TestAgent.of(run -> run.step("one", Integer.class, () -> 1)))
            .budget("tokens", 1_000, 9, 0);

    assertThat(gate.epoch())
        .isEqualTo(new YieldEntry(new BudgetWait(Map.of("tokens", 1L)), Map.of()));
  }

  @Test
  void executesAStepThatDeclaresNothingWhenNothingWillEverBeLeft() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      int free = run.step("free", Integer.class, () -> 1);
                      run.step(
                          "costly",
                          Integer.class,
                          () -> {
                            run.charge("tokens", 1);
                            return free;
                          });
                      return free;
                    }))
            .budget("tokens", 1_000, 0, 0)
            .exhausted();

    var end = ended(gate.epoch());

    assertThat(gate.written()).hasSize(2);
    assertThat(end.getStatus()).isEqualTo(RunStatus.BUDGET_EXHAUSTED);
    assertThat(end.getError().getMessage()).contains("1 needed, 0 left of meter tokens");
  }

  @Test
  void recordsWhatFailedTriesChargedWhenTheAttemptFails() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      run.charge("tokens", 1);
                      return run.step(
                          "one",
                          Integer.class,
                          StepOptions.DEFAULT
                              .within(Duration.ofSeconds(5))
                              .trying(new Tries(2, Duration.ZERO, Duration.ZERO))
                              .charging("tokens", 40),
                          () -> {
                            run.charge("tokens", 30);
                            throw new IOException("503");
                          });
                    }))
            .budget("tokens", 1_000, 1_000, 100);

    var entry = (YieldEntry) gate.epoch();

    assertThat(entry.getWait()).isInstanceOf(Retry.class);
    assertThat(entry.getCharged())
        .as("both tries, and not what the code will charge again")
        .isEqualTo(Map.of("tokens", 60L));
  }

  @Test
  void reservesAgainBeforeEachTry() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run ->
                        run.step(
                            "one",
                            Integer.class,
                            StepOptions.DEFAULT
                                .within(Duration.ofSeconds(5))
                                .trying(new Tries(5, Duration.ZERO, Duration.ZERO))
                                .charging("tokens", 40),
                            () -> {
                              run.charge("tokens", 30);
                              throw new IOException("503");
                            })))
            .budget("tokens", 1_000, 1_000, 80);

    assertThat(gate.epoch())
        .isEqualTo(new YieldEntry(new BudgetWait(Map.of("tokens", 40L)), Map.of("tokens", 60L)));
  }

  @Test
  void refusesANegativeDeclaration() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  assertThatThrownBy(() -> model(run, "one", -1, 0))
                      .isInstanceOf(IllegalArgumentException.class);
                  return 1;
                }));

    assertThat(output(ended(gate.epoch()))).isEqualTo("1");
  }
}
