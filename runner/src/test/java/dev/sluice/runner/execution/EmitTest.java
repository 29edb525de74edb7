package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.contract.Bounds;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.TypeRef;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an agent shows while it executes. */
final class EmitTest {
  private static OneRunGate gate(java.util.function.Function<RunContext, Object> code) {
    return new OneRunGate(TestAgent.of(code::apply));
  }

  private static Object poet(RunContext run) {
    run.emit("Begin. ");
    run.step("one", () -> run.emit("One. "));
    run.emit("Between. ");
    run.sleep(Duration.ofHours(1));
    run.emit("Woken.");
    return 1;
  }

  @Test
  void replayIsSilent() {
    var gate = gate(EmitTest::poet);

    gate.epoch();
    gate.epoch();

    assertThat(gate.journal().outputs().lines())
        .containsExactly(
            "1/1 at 1 in null: Begin. ",
            "1/2 at 1 in one: One. ",
            "1/3 at 2 in null: Between. ",
            "2/1 at 3 in null: Woken.");
    assertThat(gate.journal().emitted()).containsExactly(3L, 1L);
  }

  /** The journal has nothing of it: its worker died, and the next one executes it again. */
  @Test
  void aStepThatExecutesAgainEmitsAgainAtItsPosition() {
    var gate =
        gate(
            run -> {
              run.step("one", () -> run.emit("One. "));
              run.step("two", () -> run.emit("Two by " + run.epoch() + "."));
              return 1;
            });
    gate.journal().loseAppend(1, false);

    gate.epoch();
    gate.epoch();

    assertThat(gate.journal().outputs().lines())
        .containsExactly(
            "1/1 at 1 in one: One. ", "1/2 at 2 in two: Two by 1.", "2/1 at 2 in two: Two by 2.");
  }

  @Test
  void stepsBesideEachOtherEmitUnderTheirOwnPositions() {
    var gate =
        gate(
            run -> {
              var type = TypeRef.of(Void.class);
              var both =
                  List.of("a", "b").stream()
                      .map(
                          name ->
                              run.stepAsync(
                                  name,
                                  type,
                                  StepOptions.DEFAULT,
                                  () -> {
                                    run.emit("of " + name);
                                    return null;
                                  }))
                      .toList();
              run.awaitAll(both);
              return 1;
            });

    gate.epoch();

    assertThat(gate.journal().outputs().lines())
        .extracting(line -> line.replaceFirst("1/\\d ", ""))
        .containsExactlyInAnyOrder("at 1 in a: of a", "at 2 in b: of b");
  }

  @Test
  void smallTextsOfAPlaceAreOneChunkAndALongTextIsSeveral() {
    var longText = "é€😀".repeat(20_000);
    var gate =
        gate(
            run -> {
              run.emit("a");
              run.emit("b");
              run.emit(longText);
              return 1;
            });

    gate.epoch();

    var texts =
        gate.journal().outputs().lines().stream()
            .map(line -> line.substring(line.indexOf(": ") + 2))
            .toList();
    assertThat(String.join("", texts)).isEqualTo("ab" + longText);
    assertThat(texts).hasSizeBetween(4, 8);
    assertThat(texts.getFirst()).startsWith("abé€😀");
    assertThat(texts)
        .allMatch(
            text ->
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length
                    <= Bounds.CHUNK_BYTES);
  }

  @Test
  void refusesBytesThatAreTooManyOrOfNoType() {
    var gate =
        gate(
            run -> {
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> run.emit(new byte[Bounds.CHUNK_BYTES + 1], "image/png"))
                  .withMessageContaining("at most 65536 bytes, got 65537");
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> run.emit(new byte[1], "image/\npng"));
              run.emit(new byte[Bounds.CHUNK_BYTES], "image/png");
              return 1;
            });

    gate.epoch();

    assertThat(((EndEntry) gate.end()).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(gate.journal().emitted()).containsExactly(1L);
  }

  @Test
  void whatIsBeyondTheBoundOfAnEpochIsCountedAndNotSent() {
    long fits = Bounds.EMITTED_BYTES / Bounds.CHUNK_BYTES;
    var gate =
        gate(
            run -> {
              for (int i = 0; i < fits + 3; i++) {
                run.emit(new byte[Bounds.CHUNK_BYTES], "image/png");
              }
              return 1;
            });

    gate.epoch();

    assertThat(gate.journal().outputs().lines()).hasSize((int) fits);
    assertThat(gate.journal().emitted()).containsExactly(fits + 3);
  }

  @Test
  void whatComesBehindTheEndOfItsEpochIsDropped() throws Exception {
    var late = new RunContext[1];
    var gate =
        gate(
            run -> {
              late[0] = run;
              return 1;
            });
    gate.epoch();

    late[0].emit("too late");

    assertThat(gate.journal().outputs().lines()).isEmpty();
    assertThat(gate.journal().emitted()).containsExactly(0L);
  }
}
