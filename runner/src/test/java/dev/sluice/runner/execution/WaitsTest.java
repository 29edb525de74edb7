package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.SignalEntry;
import dev.sluice.v1.SignalWait;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.YieldEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WaitsTest {
  private final List<String> executed = new ArrayList<>();

  record Answer(boolean yes, int pages) {}

  private String body(String name) {
    executed.add(name);
    return name;
  }

  private static String output(Object end) {
    assertThat(end).isInstanceOf(EndEntry.class);
    var entry = (EndEntry) end;
    assertThat(entry.getStatus())
        .as(String.valueOf(entry.getError()))
        .isEqualTo(RunStatus.SUCCEEDED);
    return StandardCharsets.UTF_8.decode(entry.getOutput().duplicate()).toString();
  }

  @Test
  void sleepsBetweenEpochsAndGoesOnBehindIt() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  run.step("one", String.class, () -> body("one"));
                  run.sleep(Duration.ofDays(90).plusNanos(1));
                  run.sleep(Duration.ZERO);
                  return run.step("two", String.class, () -> body("two"));
                }));

    assertThat(gate.epoch())
        .isEqualTo(new YieldEntry(new Sleep(Duration.ofDays(90).toMillis() + 1), Map.of()));
    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new Sleep(0L), Map.of()));
    assertThat(output(gate.epoch())).isEqualTo("\"two\"");

    assertThat(executed).containsExactly("one", "two");
  }

  @Test
  void takesTheOldestSignalThatHasComeAndGoesOn() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      var all = new ArrayList<Object>();
                      for (int i = 0; i < 3; i++) {
                        all.add(
                            run.awaitSignal("go", Answer.class, Duration.ofHours(1)).orElseThrow());
                      }
                      return all;
                    }))
            .signal("other", "1")
            .signal("go", "{\"yes\":true,\"pages\":1}")
            .signal("go", "{\"yes\":false,\"pages\":2}");

    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new SignalWait("go", 3_600_000L), Map.of()));
    assertThat(gate.written())
        .startsWith(new SignalEntry("go", 2, Map.of()), new SignalEntry("go", 3, Map.of()));
    gate.signal("go", null);

    assertThat(output(gate.epoch()))
        .isEqualTo(
            "[{\"yes\":true,\"pages\":1},{\"yes\":false,\"pages\":2},{\"yes\":false,\"pages\":0}]");
    assertThat(output(gate.epoch())).as("once more").contains("\"pages\":2");
  }

  @Test
  void goesOnEmptyHandedWhenNoSignalCame() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var answer = run.awaitSignal("go", Answer.class, Duration.ofMillis(1));
                  return run.step(
                      answer.isPresent() ? "yes" : "no", String.class, () -> body("end"));
                }));
    gate.epoch();

    assertThat(output(gate.epoch())).isEqualTo("\"end\"");
    gate.signal("go", "{\"yes\":true,\"pages\":1}");
    assertThat(output(gate.epoch())).as("a signal that came later changes nothing").isNotNull();
  }

  @Test
  void readsASignalOnlyWhenTheCodeTakesIt() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      run.sleep(Duration.ofSeconds(1));
                      return run.awaitSignal("go", Answer.class, Duration.ofHours(1)).isPresent();
                    }))
            .signal("go", "{}");
    gate.epoch();

    assertThat(gate.journal().reads()).containsExactly(0L);
  }

  @Test
  void recordsWhatTheCodeChargedBeforeAWaitWithIt() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  run.charge("calls", 1);
                  run.sleep(Duration.ofSeconds(1));
                  run.charge("calls", 2);
                  return 0;
                }));

    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new Sleep(1_000L), Map.of("calls", 1L)));
    assertThat(((EndEntry) gate.epoch()).getCharged()).isEqualTo(Map.of("calls", 2L));
  }

  @Test
  void endsTheEpochAsDecidedThoughTheAgentCatchesEverything() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  try {
                    run.sleep(Duration.ofSeconds(1));
                  } catch (Exception e) {
                    executed.add("a catch of exceptions");
                  } catch (Throwable t) {
                    try {
                      run.step("cleanup", String.class, () -> body("cleanup"));
                    } catch (Throwable again) {
                      executed.add("thrown again");
                    }
                  }
                  return "swallowed";
                }));

    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new Sleep(1_000L), Map.of()));
    assertThat(gate.written()).hasSize(1);
    assertThat(executed).containsExactly("thrown again");
    assertThat(output(gate.epoch())).isEqualTo("\"swallowed\"");
  }

  @Test
  void endsTheEpochAsDecidedThoughTheAgentThrowsAnother() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  try {
                    run.sleep(Duration.ofSeconds(1));
                  } catch (Throwable t) {
                    throw new IllegalStateException("hidden", t);
                  }
                  return 1;
                }));

    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new Sleep(1_000L), Map.of()));
  }

  @Test
  void journalsAFailureThatTheAgentCaughtBeforeItWaits() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  try {
                    run.step(
                        "flaky",
                        Integer.class,
                        () -> {
                          run.charge("calls", 1);
                          throw new java.io.IOException(body("flaky"));
                        });
                  } catch (dev.sluice.sdk.StepFailedException e) {
                    run.sleep(Duration.ofSeconds(1));
                  }
                  return 1;
                }));

    assertThat(gate.epoch()).isInstanceOf(YieldEntry.class);
    var failed = (StepEntry) gate.written().get(0);
    assertThat(failed.getError().getType()).isEqualTo("IOException");
    assertThat(failed.getCharged()).isEqualTo(Map.of("calls", 1L));
    assertThat(output(gate.epoch())).isEqualTo("1");
    assertThat(executed).containsExactly("flaky");
  }

  @Test
  void refusesWaitsThatAreTooLongOrBadlyNamed() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  assertThatThrownBy(() -> run.sleep(Duration.ofDays(367)))
                      .isInstanceOf(IllegalArgumentException.class)
                      .hasMessageContaining("366 days");
                  assertThatThrownBy(() -> run.sleep(Duration.ofMillis(-1)))
                      .isInstanceOf(IllegalArgumentException.class);
                  assertThatThrownBy(() -> run.awaitSignal("go", Answer.class, Duration.ZERO))
                      .isInstanceOf(IllegalArgumentException.class);
                  assertThatThrownBy(() -> run.awaitSignal("a b", Answer.class, Duration.ofDays(1)))
                      .isInstanceOf(IllegalArgumentException.class)
                      .hasMessageContaining("signal name");
                  assertThatThrownBy(
                          () ->
                              run.step(
                                  "one",
                                  Integer.class,
                                  () -> {
                                    run.sleep(Duration.ofSeconds(1));
                                    return 1;
                                  }))
                      .hasMessageContaining("outside of steps");
                  return 1;
                }));

    assertThat(output(gate.epoch())).isEqualTo("1");
  }
}
