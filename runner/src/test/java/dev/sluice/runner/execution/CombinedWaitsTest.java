package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.avro.TrustedClasses;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.TypeRef;
import dev.sluice.sdk.Wait;
import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.TimerBranch;
import dev.sluice.v1.YieldEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent's waits for several things become, by a worker and a gate of one run. */
final class CombinedWaitsTest {
  static {
    TrustedClasses.trust();
  }

  private static final Duration HOURS = Duration.ofHours(2);
  private static final AgentRef<Integer, Integer> DOUBLE =
      AgentRef.of("double", Integer.class, Integer.class);

  record Vote(String by, boolean yes) {}

  private static OneRunGate gate(TestAgent.Body code) {
    return new OneRunGate(TestAgent.of(code));
  }

  private static List<Child<Integer>> spawn(RunContext run, int count) {
    return run.spawnAll(
        IntStream.rangeClosed(1, count).mapToObj(n -> new Spawn<>(DOUBLE, n)).toList());
  }

  private static String output(Object end) {
    assertThat(end).isInstanceOf(EndEntry.class);
    var entry = (EndEntry) end;
    assertThat(entry.getStatus()).as("%s", entry).isEqualTo(RunStatus.SUCCEEDED);
    return StandardCharsets.UTF_8
        .decode(Objects.requireNonNull(entry.getOutput()).duplicate())
        .toString();
  }

  /** A child, but for two hours at most. */
  private static String childOrTime(RunContext run) {
    var child = spawn(run, 1).getFirst();
    var first = run.awaitAny(child, Wait.timer(HOURS));
    return first.ifIs(child).map(ended -> "child " + ended.get()).orElse("late");
  }

  @Test
  void aRunThatWaitsForTheFirstOfSeveralGivesUpItsSlotWithOnePosition() {
    var gate = gate(CombinedWaitsTest::childOrTime);

    assertThat(gate.epoch())
        .isEqualTo(
            new YieldEntry(
                new CombinedWait(
                    false, List.of(new ChildBranch(1), new TimerBranch(HOURS.toMillis()))),
                Map.of()));
  }

  @Test
  void theChildMayComeFirst() {
    var gate = gate(CombinedWaitsTest::childOrTime);
    gate.epoch();
    gate.childEnds(1, RunStatus.SUCCEEDED, "4");

    assertThat(output(gate.epoch())).isEqualTo("\"child 4\"");
    assertThat(output(gate.epoch())).as("replayed").isEqualTo("\"child 4\"");
  }

  @Test
  void theTimerMayComeFirstAndStaysSoThoughTheChildEndsThen() {
    var gate = gate(CombinedWaitsTest::childOrTime);
    gate.epoch();

    assertThat(output(gate.epoch())).isEqualTo("\"late\"");
    gate.childEnds(1, RunStatus.SUCCEEDED, "4");
    assertThat(output(gate.epoch())).as("replayed").isEqualTo("\"late\"");
  }

  private static String anyVote(RunContext run) {
    var votes =
        List.of(
            Wait.signal("anna", Vote.class),
            Wait.signal("bert", Vote.class),
            Wait.signal("carl", Vote.class));
    var first = run.awaitAny(votes);
    var second = run.awaitAny(votes.stream().filter(vote -> !first.is(vote)).toList());
    return first.value().by() + second.value().by();
  }

  @Test
  void signalsComeInTheOrderOfTheirArrival() {
    var gate = gate(CombinedWaitsTest::anyVote);
    gate.epoch();
    gate.signal("carl", "{\"by\":\"c\",\"yes\":true}")
        .signal("anna", "{\"by\":\"a\",\"yes\":true}");

    assertThat(output(gate.epoch())).isEqualTo("\"ca\"");
    assertThat(gate.written().getFirst())
        .isEqualTo(
            new CombinedEntry(
                false,
                List.of(new SignalBranch("anna"), new SignalBranch("bert")),
                0,
                List.of(2),
                Map.of()));
    assertThat(output(gate.epoch())).as("replayed").isEqualTo("\"ca\"");
  }

  @Test
  void whatHasComeIsTakenInTheOrderOfTheListWithoutAWait() {
    var gate = gate(CombinedWaitsTest::anyVote);
    gate.signal("carl", "{\"by\":\"c\",\"yes\":true}")
        .signal("anna", "{\"by\":\"a\",\"yes\":true}");

    assertThat(output(gate.epoch())).isEqualTo("\"ac\"");
    assertThat(output(gate.epoch())).as("replayed").isEqualTo("\"ac\"");
  }

  @Test
  void theFirstOfChildrenIsTheOneThatEndsFirst() {
    var gate =
        gate(
            run -> {
              var children = spawn(run, 8);
              var first = run.awaitAny(children);
              return first.which() + " " + first.value().get();
            });
    gate.epoch();
    gate.childEnds(5, RunStatus.SUCCEEDED, "50").childEnds(2, RunStatus.SUCCEEDED, "20");

    assertThat(output(gate.epoch())).contains("number=5").contains(" 50");
  }

  @Test
  void aChildOfARefusedBatchIsWhatComesFirst() {
    var gate =
        gate(
            run -> {
              var child = spawn(run, 1).getFirst();
              var first = run.awaitAny(Wait.signal("go", Vote.class), child);
              return first.ifIs(child).orElseThrow() instanceof ChildResult.Refused<?>;
            });
    gate.refuse(1, "max_children is 0, asked for 1");
    gate.epoch();
    gate.childVanishes(1, RunStatus.REJECTED);

    assertThat(output(gate.epoch())).isEqualTo("true");
  }

  @Test
  void allGiveTheirValuesInTheirOrder() {
    var gate =
        gate(
            run -> {
              var child = spawn(run, 1).getFirst();
              var anna = Wait.signal("vote", Vote.class);
              var bert = Wait.signal("vote", Vote.class);
              var timer = Wait.timer(HOURS);
              var before = run.now();
              var all = run.awaitAll(bert, child, timer, anna);
              return all.of(bert).by()
                  + all.of(child).get()
                  + all.of(anna).by()
                  + Duration.between(before, all.of(timer)).toHours()
                  + !all.of(timer).isAfter(run.now());
            });
    assertThat(gate.epoch())
        .isEqualTo(
            new YieldEntry(
                new CombinedWait(
                    true,
                    List.of(
                        new SignalBranch("vote"),
                        new ChildBranch(1),
                        new TimerBranch(HOURS.toMillis()),
                        new SignalBranch("vote"))),
                Map.of()));
    gate.signal("vote", "{\"by\":\"x\",\"yes\":true}")
        .childEnds(1, RunStatus.SUCCEEDED, "7")
        .signal("vote", "{\"by\":\"y\",\"yes\":true}");

    var output = output(gate.epoch());

    assertThat(output).isEqualTo("\"x7y2true\"");
    assertThat(output(gate.epoch())).as("replayed").isEqualTo(output);
  }

  @Test
  void allChildrenTakeNoPosition() {
    var gate = gate(run -> run.awaitAll(spawn(run, 2)).size());
    gate.epoch();
    gate.childEnds(1, RunStatus.SUCCEEDED, "1").childEnds(2, RunStatus.SUCCEEDED, "2");

    assertThat(output(gate.epoch())).isEqualTo("2");
    assertThat(gate.lastDispatch().getReplay()).hasSize(1);
  }

  @Test
  void codeThatWaitsForSomethingElseIsAMismatch() {
    var waits = new String[] {"anna", "bert"};
    var gate =
        gate(run -> run.awaitAny(Wait.signal(waits[0], Vote.class), Wait.timer(HOURS)).toString());
    gate.epoch();
    waits[0] = "carl";

    var end = (EndEntry) gate.epoch();

    assertThat(end.getStatus()).isEqualTo(RunStatus.DEAD);
    assertThat(end.getError().getMessage())
        .contains("the journaled awaitAny of 2 (signal 'anna', timer)")
        .contains("awaitAny of 2 (signal 'carl', timer)");
  }

  @Test
  void howLongATimerTakesMayChange() {
    var hours = new Duration[] {HOURS};
    var gate = gate(run -> run.awaitAny(Wait.timer(hours[0])).which().toString());
    gate.epoch();
    hours[0] = Duration.ofDays(1);

    assertThat(output(gate.epoch())).isEqualTo("\"timer of PT24H\"");
  }

  @Test
  void whatATimerGaveStaysTheSameThoughTheCodeChangesHowLongItTakes() {
    var hours = new Duration[] {HOURS};
    var gate =
        gate(
            run -> {
              var began = run.now();
              var any = run.awaitAny(List.of(Wait.timer(hours[0]))).value();
              var longer = Wait.timer(hours[0].plusHours(1));
              var all = run.awaitAll(Wait.timer(hours[0]), longer).of(longer);
              return Duration.between(began, any).toHours()
                  + " "
                  + Duration.between(any, all).toHours()
                  + " "
                  + run.now();
            });
    gate.epoch();
    gate.epoch();
    var output = output(gate.epoch());
    hours[0] = Duration.ofDays(1);

    assertThat(output).startsWith("\"2 1 ");
    assertThat(output(gate.epoch())).isEqualTo(output);
  }

  /** Each counts from its record, which may have been appended before the time that was passed. */
  @Test
  void noTimerIsOverLaterThanNow() {
    var gate =
        gate(
            run -> {
              run.sleep(HOURS.multipliedBy(2));
              var over = run.awaitAny(List.of(Wait.timer(HOURS))).value();
              return !over.isAfter(run.now());
            });
    gate.epoch();
    gate.epoch();

    assertThat(output(gate.epoch())).isEqualTo("true");
  }

  @Test
  void aDeadlineThatHasPassedIsOverAtOnce() {
    var gate =
        gate(
            run -> {
              var deadline = run.now().minusSeconds(1);
              var timer = Wait.timer(Duration.between(run.now(), deadline));
              return run.awaitAny(Wait.signal("go", Vote.class), timer).is(timer);
            });

    assertThat(output(gate.epoch())).isEqualTo("true");
    assertThat(output(gate.epoch())).as("replayed").isEqualTo("true");
  }

  /** A number alone would stand for a child of its own, or for none that ever ends. */
  @ParameterizedTest
  @ValueSource(strings = {"other~1 1", "run-1~1~1 1", "run-1~2 2", "run-1~1 2"})
  void aRunAwaitsItsOwnChildrenAlone(String child) {
    int space = child.indexOf(' ');
    var other =
        new Child<>(
            Integer.parseInt(child.substring(space + 1)),
            child.substring(0, space),
            TypeRef.of(Integer.class));
    List<Function<RunContext, Object>> calls =
        List.of(
            run -> run.awaitAny(other, Wait.timer(HOURS)),
            run -> run.awaitAll(other, Wait.timer(HOURS)),
            run -> run.awaitAll(List.of(other)),
            run -> run.await(other));
    for (var call : calls) {
      var gate =
          gate(
              run -> {
                spawn(run, 1);
                return call.apply(run).toString();
              });

      var end = (EndEntry) gate.epoch();

      assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
      assertThat(end.getError().getMessage())
          .contains("a run can await its own children alone")
          .contains(other.runId());
    }
  }

  @Test
  void aRunOfWhichTheGateDidNotDecideAWaitCannotGoOn() {
    var agent = TestAgent.of(CombinedWaitsTest::childOrTime);
    var gate = new OneRunGate(agent);
    gate.epoch();
    gate.begin();
    var positions = new ArrayList<>(gate.lastDispatch().getReplay());
    positions.replaceAll(
        one -> new JournalPosition(one.getSeq(), one.getOffset(), -1L, one.getRefused(), null));
    var dispatch = Dispatch.newBuilder(gate.lastDispatch()).setReplay(positions).build();

    OneRunGate.execution(Map.of(agent.name(), agent), gate.journal(), dispatch).run();

    var end = (EndEntry) gate.end();
    assertThat(end.getStatus()).isEqualTo(RunStatus.DEAD);
    assertThat(end.getError().getMessage())
        .contains("never decided what the run's wait for several things at position 2 came to")
        .contains("submit it anew");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 101})
  void hasAtLeastOneBranchAndAtMostAHundred(int count) {
    var gate =
        gate(
            run ->
                run.awaitAny(IntStream.range(0, count).mapToObj(n -> Wait.timer(HOURS)).toList()));

    var end = (EndEntry) gate.epoch();

    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getMessage()).contains("1 to 100 things to wait for, got " + count);
  }

  @Test
  void isRefusedWhileAStepIsInProgress() {
    var gate =
        gate(
            run -> {
              run.stepAsync("a", String.class, () -> "a");
              return run.awaitAny(Wait.timer(HOURS)).value();
            });

    var end = (EndEntry) gate.epoch();

    assertThat(end.getError().getMessage())
        .contains("awaitAny is not possible while steps are open");
  }

  @Test
  void eachSignalOfAWaitForAllCountsAsAPosition() {
    var gate =
        gate(
            run -> {
              run.awaitAll(
                  Wait.signal("a", Vote.class),
                  Wait.signal("a", Vote.class),
                  Wait.signal("a", Vote.class));
              return run.step("last", String.class, () -> "done");
            });
    gate.maxSteps(3);
    for (int i = 0; i < 3; i++) {
      gate.signal("a", "{\"by\":\"x\",\"yes\":true}");
    }

    var end = (EndEntry) gate.epoch();

    assertThat(end.getError().getMessage()).contains("at most 3 positions");
  }
}
