package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.RunContext;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an agent gives a name that no journal can hold is refused there and then. */
final class NamesGivenTest {
  interface Call {
    void with(RunContext run, String name);
  }

  static Stream<Arguments> callsAndNames() {
    var calls =
        Map.<String, Call>of(
            "step", (run, name) -> run.step(name, Integer.class, () -> 1),
            "version", (run, name) -> run.version(name),
            "signal", (run, name) -> run.awaitSignal(name, String.class, Duration.ofDays(1)),
            "key", (run, name) -> run.idempotencyKey(name));
    var names = List.of("\uD83D", "a\uD83D", "\uDE00b", "\uDE00\uD83D", "", "x".repeat(129));
    return calls.entrySet().stream()
        .flatMap(
            call -> names.stream().map(name -> Arguments.of(call.getKey(), call.getValue(), name)));
  }

  @ParameterizedTest
  @MethodSource("callsAndNames")
  void aNameThatNoJournalHoldsFailsTheRunWithTheReason(String what, Call call, String name) {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  call.with(run, name);
                  return what;
                }));

    var end = (EndEntry) gate.epoch();

    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getType()).isEqualTo("InvalidCallException");
    assertThat(gate.written()).as("nothing but the end").hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("callsAndNames")
  void anAgentMayCatchTheRefusal(String what, Call call, String name) {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  try {
                    call.with(run, name);
                  } catch (IllegalArgumentException e) {
                    return what;
                  }
                  return "taken";
                }));

    assertThat(((EndEntry) gate.epoch()).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @ParameterizedTest
  @MethodSource("wellFormed")
  void aWholePairIsTaken(String name) {
    var gate = new OneRunGate(TestAgent.of(run -> run.step(name, Integer.class, () -> 1)));

    assertThat(((EndEntry) gate.epoch()).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
  }

  static List<String> wellFormed() {
    return List.of("\uD83D\uDE00", "a\uD83D\uDE00b", "é", "日本");
  }
}
