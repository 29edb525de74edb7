package dev.sluice.runner.execution;

import static dev.sluice.runner.execution.ParallelBed.begin;
import static dev.sluice.runner.execution.ParallelBed.ended;
import static dev.sluice.runner.execution.ParallelBed.journaled;
import static dev.sluice.runner.execution.ParallelBed.output;
import static dev.sluice.runner.execution.ParallelBed.yielded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.v1.Retry;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps that execute beside each other, as their agent and their journal see them. */
@Timeout(60)
final class ParallelStepsTest {
  private final ParallelBed bed = new ParallelBed();

  private static OneRunGate gate(TestAgent.Body code) {
    return new OneRunGate(TestAgent.of(code));
  }

  private OneRunGate three() {
    return gate(
        run ->
            run.awaitAll(List.of(bed.start(run, "a"), bed.start(run, "b"), bed.start(run, "c"))));
  }

  @Test
  void executeBesideEachOtherAndAreJournaledAsTheyEnd() throws InterruptedException {
    var gate = three();

    var thread = begin(gate);
    bed.awaitExecuted("a", "b", "c");
    for (var name : List.of("c", "a", "b")) {
      bed.endAndAwait(gate, name);
    }
    thread.join();

    assertThat(journaled(gate)).containsExactly("1 c 3", "2 a 1", "3 b 2");
    assertThat(output(gate)).isEqualTo("[\"of a\",\"of b\",\"of c\"]");
    assertThat(ended(gate).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void aResumeExecutesAgainThoseThatAreMissingUnderTheSameKeys() throws InterruptedException {
    var gate = three();
    var thread = begin(gate);
    bed.awaitExecuted("a", "b", "c");
    bed.endAndAwait(gate, "b");
    gate.stop(StopKind.REVOKED);
    thread.join();
    assertThat(bed.executed).hasSize(3);
    bed.end("a", "c");

    gate.epoch();

    assertThat(bed.executed.subList(3, 5)).containsExactlyInAnyOrder("a", "c");
    assertThat(bed.keys.stream().distinct())
        .containsExactlyInAnyOrder("t/run-1/1/a", "t/run-1/2/b", "t/run-1/3/c");
    assertThat(output(gate)).isEqualTo("[\"of a\",\"of b\",\"of c\"]");
  }

  @Test
  void aStepThatIsMissingBeginsWhereTheCodeHasPassedTheJournal() throws InterruptedException {
    var gate =
        gate(
            run -> {
              var a = bed.start(run, "a");
              run.step("s", String.class, () -> bed.execute(run, "s"));
              if (run.epoch() == 2) {
                bed.awaitExecuted("a");
              }
              return run.await(a);
            });
    bed.end("s");
    var thread = begin(gate);
    bed.awaitExecuted("a", "s");
    Awaitility.await().until(() -> journaled(gate).size() == 1);
    gate.stop(StopKind.CANCEL);
    thread.join();
    bed.executed.clear();
    bed.end("a");

    gate.epoch();

    assertThat(bed.executed).containsExactly("a");
    assertThat(output(gate)).isEqualTo("\"of a\"");
  }

  @Test
  void theNextStepInTheCodeHasItsOwnPlaceHoweverManyHaveEnded() throws InterruptedException {
    var gate =
        gate(
            run -> {
              var a = bed.start(run, "a");
              var b = bed.start(run, "b");
              var between = run.step("s", String.class, () -> run.idempotencyKey("s"));
              return List.of(run.await(b), run.await(a), between, run.idempotencyKey("next"));
            });

    var thread = begin(gate);
    Awaitility.await().until(() -> journaled(gate).size() == 1);
    bed.endAndAwait(gate, "b");
    bed.endAndAwait(gate, "a");
    thread.join();

    assertThat(journaled(gate)).containsExactly("1 s 3", "2 b 2", "3 a 1");
    var first = output(gate);
    assertThat(first).isEqualTo("[\"of b\",\"of a\",\"t/run-1/3/s\",\"t/run-1/4/next\"]");
    gate.epoch();
    assertThat(output(gate)).as("replayed").isEqualTo(first);
    assertThat(bed.executed).hasSize(2);
  }

  @Test
  void aJournalOfStepsOneAfterTheOtherIsReplayedByCodeThatStartsThemAtOnce() {
    var parallel = new boolean[1];
    var gate =
        gate(
            run -> {
              if (!parallel[0]) {
                run.step("a", String.class, () -> "1");
                run.step("b", String.class, () -> "2");
                throw new IllegalStateException("again");
              }
              return run.awaitAll(
                  List.of(bed.start(run, "a"), bed.start(run, "b"), bed.start(run, "c")));
            });
    gate.epoch();
    assertThat(journaled(gate)).as("as ever").containsExactly("1 a null", "2 b null");
    parallel[0] = true;
    bed.end("c");

    gate.epoch();

    assertThat(output(gate)).isEqualTo("[\"1\",\"2\",\"of c\"]");
    assertThat(bed.executed).containsExactly("c");
  }

  @Test
  void noMoreBodiesExecuteAtATimeThanTheAgentSays() throws InterruptedException {
    var gate = new OneRunGate(new TwoAtATime());
    var thread = begin(gate);

    bed.awaitExecuted("a", "b");
    bed.endAndAwait(gate, "b");
    bed.awaitExecuted("c");
    assertThat(bed.executed).containsExactlyInAnyOrder("a", "b", "c");
    bed.endAndAwait(gate, "c");
    bed.awaitExecuted("d");
    bed.end("a", "d");
    thread.join();

    assertThat(output(gate)).isEqualTo("[\"of a\",\"of b\",\"of c\",\"of d\"]");
    assertThat(bed.executed.subList(2, 4)).containsExactly("c", "d");
  }

  private final class TwoAtATime implements Agent<@Nullable Object, @Nullable Object> {
    @Override
    public String name() {
      return "agent";
    }

    @Override
    public int parallelSteps() {
      return 2;
    }

    @Override
    public @Nullable Object run(RunContext run, @Nullable Object input) {
      var started = List.of("a", "b", "c", "d").stream().map(name -> bed.start(run, name)).toList();
      return run.awaitAll(started);
    }
  }

  // --- the first

  @Test
  void theFirstIsTheOneThatTheJournalHasFirstAlsoWhenItsRunResumes() throws InterruptedException {
    var gate =
        gate(
            run -> {
              var steps = List.of(bed.start(run, "a"), bed.start(run, "b"), bed.start(run, "c"));
              var order = new ArrayList<String>();
              var left = new ArrayList<>(steps);
              while (!left.isEmpty()) {
                var first = run.<String>awaitAny(left);
                left.remove(first);
                order.add(run.await(first));
              }
              return run.step("order", String.class, () -> order.toString());
            });
    var thread = begin(gate);
    bed.awaitExecuted("a", "b", "c");
    for (var name : List.of("b", "c", "a")) {
      bed.endAndAwait(gate, name);
    }
    thread.join();
    assertThat(output(gate)).isEqualTo("\"[of b, of c, of a]\"");

    gate.epoch();

    assertThat(output(gate)).isEqualTo("\"[of b, of c, of a]\"");
    assertThat(bed.executed).hasSize(3);
  }

  @Test
  void whatAResumeExecutesAgainIsBehindWhatTheJournalHas() throws InterruptedException {
    var gate =
        gate(
            run -> {
              var a = bed.start(run, "a");
              var b = bed.start(run, "b");
              var first = run.awaitAny(a, b);
              run.awaitAll(a, b);
              return first.name();
            });
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");
    bed.endAndAwait(gate, "b");
    gate.stop(StopKind.CANCEL);
    thread.join();
    bed.end("a");

    gate.epoch();

    assertThat(output(gate)).isEqualTo("\"b\"");
  }

  // --- failures

  @Test
  void aFailureThatLeavesTheAgentInterruptsTheOthersAndIsTriedAgain() throws InterruptedException {
    var gate = three();
    var thread = begin(gate);
    bed.awaitExecuted("a", "b", "c");
    bed.endAndAwait(gate, "b");
    bed.fail("a");
    thread.join();

    assertThat(bed.interrupted).containsExactly("c");
    var retry = (Retry) yielded(gate).getWait();
    assertThat(retry.getError().getStep()).isEqualTo("a");
    assertThat(journaled(gate)).as("what was journaled counts").containsExactly("1 b 2");
  }

  @Test
  void theOthersGoOnBehindAFailureThatIsCaught() throws InterruptedException {
    var gate =
        gate(
            run -> {
              var a = bed.start(run, "a");
              var b = bed.start(run, "b");
              var all = new ArrayList<String>();
              for (var step : List.of(a, b)) {
                try {
                  all.add(run.await(step));
                } catch (StepFailedException e) {
                  all.add(e.getMessage());
                }
              }
              return all;
            });
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");
    bed.fail("a");
    Awaitility.await().until(() -> journaled(gate).size() == 1);
    bed.endAndAwait(gate, "b");
    thread.join();

    assertThat(journaled(gate)).containsExactly("1 a 1", "2 b 2");
    assertThat(output(gate)).isEqualTo("[\"a is broken\",\"of b\"]");
    gate.epoch();
    assertThat(output(gate)).as("replayed").isEqualTo("[\"a is broken\",\"of b\"]");
    assertThat(bed.interrupted).isEmpty();
  }

  @Test
  void noOtherStepGetsAheadOfAFailureThatTheAgentWasToldOf() throws InterruptedException {
    var told = new CompletableFuture<String>();
    var goOn = new CompletableFuture<String>();
    var gate =
        gate(
            run -> {
              var a = bed.start(run, "a");
              var b = bed.start(run, "b");
              var first = run.awaitAny(a, b);
              if (told.complete(first.name())) {
                goOn.join();
              }
              var winner = run.step("winner", String.class, () -> first.name());
              run.awaitAny(List.of(b));
              run.await(b);
              return winner;
            });
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");
    bed.fail("a");
    assertThat(told.join()).isEqualTo("a");
    bed.end("b");
    Awaitility.await().until(() -> !gate.isExecutingBeside());
    assertThat(journaled(gate)).isEmpty();
    goOn.complete("");
    thread.join();

    assertThat(journaled(gate).getFirst()).isEqualTo("1 a 1");
    assertThat(output(gate)).isEqualTo("\"a\"");
    gate.epoch();
    assertThat(output(gate)).as("replayed").isEqualTo("\"a\"");
  }

  @Test
  void theFailureOfTheOneThatIsAskedForAgainIsStillNotJournaled() {
    var gate =
        gate(
            run -> {
              var a = bed.start(run, "a");
              return run.await(run.<String>awaitAny(List.of(a)));
            });
    bed.fail("a");

    gate.epoch();

    assertThat(yielded(gate).getWait()).isInstanceOf(Retry.class);
    assertThat(journaled(gate)).isEmpty();
  }

  @Test
  void aStepsRecordSaysWhatTheCodeChargedBeforeItStarted() throws InterruptedException {
    var gate =
        gate(
            run -> {
              run.charge("code", 5);
              var a = bed.start(run, "a");
              var b = bed.start(run, "b");
              return run.awaitAll(List.of(a, b));
            });
    var thread = begin(gate);
    bed.awaitExecuted("a", "b");
    bed.endAndAwait(gate, "b");
    gate.stop(StopKind.CANCEL);
    thread.join();
    bed.end("a");

    gate.epoch();

    assertThat(
            ParallelBed.steps(gate).stream()
                .map(one -> ((StepEntry) one.getEntry()).getCharged().getOrDefault("code", 0L)))
        .as("once")
        .containsExactly(5L, 0L);
    assertThat(ended(gate).getCharged()).isEmpty();
  }
}
