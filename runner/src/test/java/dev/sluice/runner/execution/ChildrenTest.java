package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ChildFailedException;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.SpawnOptions;
import dev.sluice.sdk.SpawnRefusedException;
import dev.sluice.sdk.TreeLimits;
import dev.sluice.sdk.TypeName;
import dev.sluice.sdk.TypeRef;
import dev.sluice.v1.ChildrenWait;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.RunLimits;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import dev.sluice.v1.YieldEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ChildrenTest {
  record Page(String url, int size) {}

  private static final AgentRef<Map<String, String>, Page> FETCH =
      AgentRef.of("fetch", new TypeRef<Map<String, String>>() {}, TypeRef.of(Page.class));
  private static final AgentRef<Integer, Integer> A =
      AgentRef.of("a", Integer.class, Integer.class);
  private static final AgentRef<Integer, Integer> B =
      AgentRef.of("b", Integer.class, Integer.class);

  private static String output(Object end) {
    assertThat(end).isInstanceOf(EndEntry.class);
    var entry = (EndEntry) end;
    assertThat(entry.getStatus())
        .as(String.valueOf(entry.getError()))
        .isEqualTo(RunStatus.SUCCEEDED);
    return StandardCharsets.UTF_8.decode(entry.getOutput().duplicate()).toString();
  }

  @Test
  void numbersChildrenInTheOrderOfTheCodeAndWaitsForThem() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var one = run.spawn(FETCH, Map.of("url", "u"));
                  var more = run.spawnAll(List.of(new Spawn<>(A, 1), new Spawn<>(B, 2)));
                  return List.of(
                      run.await(one).url(), run.await(more.get(0)), run.await(more.get(1)));
                }));

    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new ChildrenWait(List.of(1)), Map.of()));
    var spawns = gate.written().subList(0, 2).stream().map(SpawnEntry.class::cast).toList();
    assertThat(spawns.get(0).getChildren()).hasSize(1);
    var second = spawns.get(1).getChildren();
    assertThat(second).extracting(child -> child.getNumber()).containsExactly(2, 3);
    assertThat(second).extracting(child -> child.getAgent()).containsExactly("a", "b");
    assertThat(second).extracting(child -> child.getPool()).containsOnly("default");
    gate.childEnds(1, RunStatus.SUCCEEDED, "{\"url\":\"x\",\"size\":3}")
        .childEnds(3, RunStatus.SUCCEEDED, "30");

    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new ChildrenWait(List.of(2)), Map.of()));
    gate.childEnds(2, RunStatus.SUCCEEDED, "20");

    assertThat(output(gate.epoch())).isEqualTo("[\"x\",20,30]");
  }

  @Test
  void writesTheOptionsOfAChild() {
    var options =
        SpawnOptions.DEFAULT
            .inPool("slow")
            .andDetached()
            .within(new TreeLimits(1, null, 9))
            .retrying(RetryPolicy.of(4))
            .lasting(Duration.ofMinutes(2))
            .endingBy(Instant.ofEpochMilli(5_000_000_000_000L));
    var gate = new OneRunGate(TestAgent.of(run -> run.spawn(A, 1, options).runId()));

    assertThat(output(gate.epoch())).isEqualTo("\"run-1~1\"");
    var child = ((SpawnEntry) gate.written().get(0)).getChildren().get(0);
    assertThat(child.getPool()).isEqualTo("slow");
    assertThat(child.getDetached()).isTrue();
    assertThat(child.getLimits()).isEqualTo(new RunLimits(1, null, 9));
    assertThat(child.getRetry()).isEqualTo(new dev.sluice.v1.RetryPolicy(4, 1_000L, 60_000L));
    assertThat(child.getMaxDurationMs()).isEqualTo(120_000L);
    assertThat(child.getEndByMs()).isEqualTo(5_000_000_000_000L);
  }

  @Test
  void givesEachResultInTheOrderOfTheHandlesAndReadsOnlyWhatIsAwaited() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var batch = Collections.nCopies(4, new Spawn<>(A, 1));
                  var children = run.spawnAll(batch);
                  var texts = new ArrayList<String>();
                  for (var result :
                      run.awaitAll(List.of(children.get(2), children.get(0), children.get(3)))) {
                    texts.add(text(result));
                  }
                  return texts;
                }));
    gate.epoch();
    gate.childEnds(1, RunStatus.BUDGET_EXHAUSTED, "7").childVanishes(4, RunStatus.CANCELLED);
    gate.childEnds(2, RunStatus.SUCCEEDED, "2").childEnds(3, RunStatus.SUCCEEDED, "3");
    int before = gate.journal().reads().size();

    assertThat(output(gate.epoch()))
        .isEqualTo(
            "[\"3\",\"BUDGET_EXHAUSTED Boom it broke 7\",\"CANCELLED CANCELLED no error is known"
                + " null\"]");
    assertThat(gate.journal().reads().subList(before, gate.journal().reads().size()))
        .as("input, spawn, two ends")
        .hasSize(4);
  }

  private static String text(ChildResult<Integer> result) {
    return switch (result) {
      case ChildResult.Succeeded<Integer> done -> String.valueOf(done.output());
      case ChildResult.Failed<Integer> failed ->
          failed.status() + " " + failed.type() + " " + failed.message() + " " + failed.partial();
      case ChildResult.Refused<Integer> refused -> "refused: " + refused.reason();
    };
  }

  @Test
  void throwsAtTheParentWhatItsChildFailedWith() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var child = run.spawn(A, 1);
                  try {
                    return run.await(child);
                  } catch (ChildFailedException e) {
                    return List.of(e.childId(), e.status(), e.type(), e.partial().orElse("none"));
                  }
                }));
    gate.epoch();
    gate.childEnds(1, RunStatus.FAILED, null);

    assertThat(output(gate.epoch())).isEqualTo("[\"run-1~1\",\"FAILED\",\"Boom\",\"none\"]");
  }

  @Test
  void failsAParentThatDoesNotHandleItsChildsFailure() {
    var gate = new OneRunGate(TestAgent.of(run -> run.await(run.spawn(A, 1))));
    gate.epoch();
    gate.childEnds(1, RunStatus.DEAD, null);

    var end = (EndEntry) gate.epoch();

    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getType()).isEqualTo("ChildFailed");
    assertThat(end.getError().getMessage()).contains("run-1~1").contains("DEAD").contains("Boom");
  }

  @Test
  void refusesABatchOverABoundWholeAndAgainInReplay() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      run.spawn(A, 1);
                      String reason = "";
                      try {
                        run.spawnAll(Collections.nCopies(3, new Spawn<>(A, 1)));
                      } catch (SpawnRefusedException e) {
                        reason = e.reason();
                      }
                      run.sleep(Duration.ofSeconds(1));
                      return reason;
                    }))
            .maxChildren(3);
    gate.epoch();

    assertThat(gate.written()).hasSize(3);
    assertThat(((StepEntry) gate.written().get(1)).getError().getType()).isEqualTo("SpawnRefused");
    gate.maxChildren(100);
    assertThat(output(gate.epoch())).isEqualTo("\"max_children is 3, asked for 4\"");
  }

  @Test
  void refusesWhatNoGateWouldTake() {
    var large = "x".repeat(1024 * 1024 + 1);
    var mega = "x".repeat(1000 * 1024);
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var reasons = new ArrayList<String>();
                  var text = AgentRef.of("a", String.class, Integer.class);
                  for (List<? extends Spawn<?, Integer>> batch :
                      List.of(
                          List.of(new Spawn<>(AgentRef.of("a b", Integer.class, Integer.class), 1)),
                          List.of(new Spawn<>(A, 1, SpawnOptions.DEFAULT.inPool("No"))),
                          List.of(new Spawn<>(text, large)),
                          Collections.nCopies(4, new Spawn<>(text, mega)))) {
                    try {
                      run.spawnAll(batch);
                    } catch (SpawnRefusedException e) {
                      reasons.add(e.reason());
                    }
                  }
                  return reasons;
                }));

    assertThat(output(gate.epoch()))
        .contains("agent must match")
        .contains("pool must match")
        .contains("at most 1048576 bytes as JSON")
        .contains("bytes of a batch is 3584000");
  }

  @Test
  void tellsAtTheAwaitWhatTheGateRefused() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var child = run.spawn(A, 1);
                  try {
                    return run.await(child);
                  } catch (SpawnRefusedException e) {
                    return e.reason();
                  }
                }));
    gate.refuse(1, "max_descendants is 10, asked for 11");

    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new ChildrenWait(List.of(1)), Map.of()));
    assertThat(output(gate.epoch())).isEqualTo("\"max_descendants is 10, asked for 11\"");
  }

  private static Child<Page> childBehindACheckpoint(RunContext run) {
    var state = run.restore(State.class).orElse(null);
    if (state == null) {
      state = new State(run.spawn(AgentRef.of("a", Integer.class, Page.class), 1));
      run.checkpoint(state);
    }
    return state.child();
  }

  @Test
  void tellsThatABatchWasRefusedBehindACheckpointToo() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var child = childBehindACheckpoint(run);
                  try {
                    return run.await(child).url();
                  } catch (SpawnRefusedException e) {
                    return e.reason();
                  }
                }));
    gate.refuse(1, "max_descendants is 10, asked for 11");

    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new ChildrenWait(List.of(1)), Map.of()));
    assertThat(output(gate.epoch())).contains("was refused");
    assertThat(gate.lastDispatch().getReplay()).as("the checkpoint alone").hasSize(1);
  }

  @Test
  void whatWasRefusedDoesNotCountAgainstTheBound() {
    var gate =
        new OneRunGate(
                TestAgent.of(
                    run -> {
                      var many = run.spawnAll(Collections.nCopies(9, new Spawn<>(A, 1)));
                      try {
                        return run.await(many.getFirst());
                      } catch (SpawnRefusedException e) {
                        var fewer = run.spawn(A, 1);
                        return run.await(fewer);
                      }
                    }))
            .maxChildren(9);
    gate.refuse(1, "max_descendants is 5, asked for 9");

    gate.epoch();
    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new ChildrenWait(List.of(10)), Map.of()));
    gate.childEnds(10, RunStatus.SUCCEEDED, "7");
    assertThat(output(gate.epoch())).isEqualTo("7");
  }

  @Test
  void keepsHandlesInACheckpoint() {
    var gate = new OneRunGate(TestAgent.of(run -> run.await(childBehindACheckpoint(run)).url()));
    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new ChildrenWait(List.of(1)), Map.of()));
    gate.childEnds(1, RunStatus.SUCCEEDED, "{\"url\":\"x\",\"size\":3}");

    assertThat(output(gate.epoch())).isEqualTo("\"x\"");
    assertThat(gate.lastDispatch().getReplay()).as("the checkpoint alone").hasSize(1);
  }

  record State(Child<Page> child) {}

  @Test
  void takesItsInputFromItsParentsBatch() {
    var parent =
        new OneRunGate(
            TestAgent.of(run -> run.spawnAll(List.of(new Spawn<>(A, 1), new Spawn<>(A, 42)))));
    parent.epoch();
    var child =
        new OneRunGate(new TestAgent("a", "1", null, (run, input) -> input))
            .inputOf((SpawnEntry) parent.written().get(0), 1);

    assertThat(output(child.epoch())).isEqualTo("42");
  }

  sealed interface Order {}

  @TypeName("cup")
  record Cup(LocalDate day) implements Order {}

  @TypeName("pot")
  record Pot(int cups) implements Order {}

  @Test
  void writesInputsAndReadsOutputsAsTheReferenceSays() {
    var bill =
        AgentRef.of("bill", TypeRef.of(Order.class), new TypeRef<List<Optional<Order>>>() {});
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var orders = run.await(run.spawn(bill, new Cup(LocalDate.EPOCH)));
                  return orders.get(1).orElseThrow() instanceof Pot pot ? pot.cups() : "no pot";
                }));
    gate.epoch();
    gate.childEnds(1, RunStatus.SUCCEEDED, "[null,{\"pot\":{\"cups\":4}}]");

    var input = ((SpawnEntry) gate.journal().at(1).getEntry()).getChildren().getFirst().getInput();
    assertThat(StandardCharsets.UTF_8.decode(input.duplicate()).toString())
        .isEqualTo("{\"cup\":{\"day\":\"1970-01-01\"}}");
    assertThat(output(gate.epoch())).isEqualTo("4");
  }

  @Test
  void givesTheHandleOfEachOfAMixedBatch() {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var page = new Spawn<>(FETCH, Map.of("url", "u"));
                  var number = new Spawn<>(A, 1);
                  var children = run.spawnMixed(List.of(page, number));
                  var all = run.awaitAll(children.all());
                  return run.await(children.of(page)).url()
                      + run.await(children.of(number))
                      + all.size();
                }));
    assertThat(gate.epoch()).isEqualTo(new YieldEntry(new ChildrenWait(List.of(1, 2)), Map.of()));
    gate.childEnds(1, RunStatus.SUCCEEDED, "{\"url\":\"x\",\"size\":3}")
        .childEnds(2, RunStatus.SUCCEEDED, "7");

    assertThat(output(gate.epoch())).isEqualTo("\"x72\"");
  }

  @Test
  void aHandleInACheckpointIsReadAsItsCodeSaysWhateverItsJsonNames() {
    var json = "{\"child\":{\"number\":1,\"runId\":\"r~1\",\"resultClass\":\"java.io.File\"}}";
    var bytes = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));

    var state = (State) ValueCodec.decodeOwn(bytes, State.class, "it");

    assertThat(Objects.requireNonNull(state).child().type()).isEqualTo(TypeRef.of(Page.class));
    assertThat(state.child().runId()).isEqualTo("r~1");
  }
}
