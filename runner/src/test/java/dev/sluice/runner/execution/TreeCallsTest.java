package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Bounds;
import dev.sluice.schemas.avro.TrustedClasses;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.TypeRef;
import dev.sluice.sdk.signal.Delivery;
import dev.sluice.sdk.signal.SentSignal;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SentWait;
import dev.sluice.v1.YieldEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an agent's calls to other runs of its tree become, by a worker and a gate of one run. */
final class TreeCallsTest {
  static {
    TrustedClasses.trust();
  }

  private static final AgentRef<Integer, Integer> DOUBLE =
      AgentRef.of("double", Integer.class, Integer.class);

  record Hint(int page) {}

  private static OneRunGate gate(TestAgent.Body code) {
    return new OneRunGate(TestAgent.of(code));
  }

  private static List<Child<Integer>> spawn(RunContext run) {
    return run.spawnAll(List.of(new Spawn<>(DOUBLE, 1), new Spawn<>(DOUBLE, 2)));
  }

  private static String output(Object end) {
    assertThat(end).isInstanceOf(EndEntry.class);
    var entry = (EndEntry) end;
    assertThat(entry.getStatus()).as("%s", entry).isEqualTo(RunStatus.SUCCEEDED);
    return StandardCharsets.UTF_8
        .decode(Objects.requireNonNull(entry.getOutput()).duplicate())
        .toString();
  }

  private static String failure(Object end) {
    assertThat(end).isInstanceOf(EndEntry.class);
    return ((EndEntry) end).getStatus() + ": " + ((EndEntry) end).getError().getMessage();
  }

  // --- cancels

  private static String race(RunContext run) {
    var children = spawn(run);
    var first = run.awaitAny(children);
    run.cancel(children.stream().filter(child -> !first.is(child)).toList());
    run.cancel(List.of());
    run.step("after", () -> {});
    return "child " + (children.indexOf(first.which()) + 1);
  }

  @Test
  void aCancelIsOnePositionThatAResumeDoesNotWriteAgain() {
    var gate = gate(TreeCallsTest::race);
    gate.epoch();
    gate.childEnds(2, RunStatus.SUCCEEDED, "4");

    assertThat(output(gate.epoch())).isEqualTo("\"child 2\"");
    assertThat(gate.written().getFirst()).isEqualTo(new CancelEntry(List.of(1), Map.of()));
    assertThat(output(gate.epoch())).as("replayed").isEqualTo("\"child 2\"");
    assertThat(gate.written()).hasSize(1);
  }

  @Test
  void childrenAreCancelledOnceAndInOrderWhateverTheList() {
    var gate =
        gate(
            run -> {
              var children = spawn(run);
              run.cancel(List.of(children.get(1), children.get(0), children.get(1)));
              run.cancel(children.get(0));
              return "done";
            });

    output(gate.epoch());

    assertThat(gate.written())
        .contains(new CancelEntry(List.of(1, 2), Map.of()), new CancelEntry(List.of(1), Map.of()));
  }

  @Test
  void aChildOfAnotherRunIsNotCancelled() {
    var other = new Child<>(1, "run-2~1", TypeRef.of(Integer.class));
    var gate =
        gate(
            run -> {
              spawn(run);
              run.cancel(other);
              return "done";
            });

    assertThat(failure(gate.epoch()))
        .isEqualTo(
            "FAILED: a run can cancel its own children alone, and run-2~1 is none that this run"
                + " has spawned");
  }

  @Test
  void codeThatCancelsOthersThanTheJournalSaysEndsDead() {
    var last = new ArrayList<Integer>(List.of(0));
    var gate =
        gate(
            run -> {
              run.cancel(spawn(run).get(last.getFirst()));
              run.sleep(java.time.Duration.ofHours(1));
              return "done";
            });
    gate.epoch();
    last.set(0, 1);

    assertThat(failure(gate.epoch()))
        .startsWith("DEAD: ")
        .contains("cancel of 1 (1)", "cancel of 1 (2)");
  }

  // --- signals

  private static String signals(RunContext run) {
    var child = spawn(run).getFirst();
    var hint = run.signal(child, "hint", new Hint(7));
    var up = run.signalParent("begun", null);
    run.step("between", () -> {});
    return run.await(hint) + " " + run.await(up) + " " + run.await(hint);
  }

  @Test
  void whatBecameOfSignalsIsToldByTheNextDispatch() {
    var gate = gate(TreeCallsTest::signals).below("run-0").refuse(3, "ENDED");

    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new SentWait(2), Map.of()));
    var hint = (SendEntry) gate.written().get(1);
    assertThat(hint.getTo()).isEqualTo("run-1~1");
    assertThat(StandardCharsets.UTF_8.decode(payload(hint)).toString()).isEqualTo("{\"page\":7}");
    assertThat(gate.written().get(2))
        .isEqualTo(new SendEntry("run-0", "begun", null, "application/json", Map.of()));

    assertThat(output(gate.epoch())).isEqualTo("\"DELIVERED ENDED DELIVERED\"");
    assertThat(gate.written()).as("nothing is sent again").hasSize(1);
  }

  private static ByteBuffer payload(SendEntry send) {
    return Objects.requireNonNull(send.getPayload()).duplicate();
  }

  @ParameterizedTest
  @CsvSource({
    ",DELIVERED",
    "FULL,INBOX_FULL",
    "ENDED,ENDED",
    "UNKNOWN,UNKNOWN",
    "FOREIGN,OTHER_TREE",
    "the gate failed on it,REFUSED",
    "refused,REFUSED"
  })
  void eachRefusalHasAName(@Nullable String refused, Delivery delivery) {
    var gate = gate(run -> run.await(run.signal("run-1~9", "x", null)).name());
    if (refused != null) {
      gate.refuse(1, refused);
    }
    gate.epoch();

    assertThat(output(gate.epoch())).isEqualTo("\"" + delivery + "\"");
  }

  @Test
  void aRunWithoutAParentSendsToNobody() {
    var gate =
        gate(
            run -> {
              run.signalParent("begun", "x");
              return "done";
            });

    gate.epoch();

    assertThat(((SendEntry) gate.written().getFirst()).getTo()).isEmpty();
  }

  @Test
  void aPayloadOverTheBoundIsRefusedBeforeItIsWritten() {
    var gate = gate(run -> run.signalParent("x", "y".repeat(Bounds.SENT_BYTES - 1)).name());

    assertThat(failure(gate.epoch()))
        .isEqualTo("FAILED: the payload of signal 'x' must be at most 262144 bytes, got 262145");
    assertThat(gate.written()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"run-1~1,no name", "no id,name"})
  void namesOutOfBoundsAreRefused(String to, String name) {
    var gate = gate(run -> run.signal(to, name, null).name());

    assertThat(failure(gate.epoch())).startsWith("FAILED: ").contains("no ");
  }

  @Test
  void aSignalFromBeforeTheCheckpointIsNotAskedFor() {
    var gate =
        gate(
            run -> {
              var sent =
                  run.restore(SentSignal.class)
                      .orElseGet(
                          () -> {
                            var one = run.signalParent("begun", null);
                            run.checkpoint(one);
                            return one;
                          });
              return run.await(sent);
            });

    var first = failure(gate.epoch());
    assertThat(first).startsWith("FAILED: a run can ask only for signals that it has sent since");
    assertThat(failure(gate.epoch())).as("behind the checkpoint").isEqualTo(first);
  }

  @Test
  void signalsAreSentWhileStepsAreOpenAndAwaitedWhenNoneIs() {
    var gate =
        gate(
            run -> {
              var step = run.stepAsync("slow", String.class, () -> "s");
              var sent = run.signalParent("begun", null);
              var result = run.await(step);
              return result + run.await(sent);
            });
    gate.epoch();

    assertThat(output(gate.epoch())).isEqualTo("\"sDELIVERED\"");

    var open =
        gate(
            run -> {
              run.stepAsync("slow", String.class, () -> "s");
              return run.await(run.signalParent("begun", null));
            });
    assertThat(failure(open.epoch())).startsWith("FAILED: ").contains("slow");
  }
}
