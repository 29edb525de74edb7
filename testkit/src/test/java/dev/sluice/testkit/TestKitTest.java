package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.SpawnOptions;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.TreeLimits;
import dev.sluice.sdk.Tries;
import dev.sluice.sdk.TypeRef;
import dev.sluice.testkit.TestRun.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TestKitTest {
  private static final AgentRef<Integer, Integer> SQUARE =
      AgentRef.of("square", Integer.class, Integer.class);

  @Test
  void executesARunAndShowsWhatItDid() {
    var run =
        TestKit.of(
                Scripted.agent(
                    "greeter",
                    (context, input) -> {
                      var greeting =
                          context.step(
                              "greet",
                              String.class,
                              () -> {
                                context.charge("words", 2);
                                return "hello " + input;
                              });
                      return Map.of("greeting", greeting);
                    }))
            .submit("greeter", "Ada")
            .run();
    assertThat(run.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(run.error()).isEmpty();
    assertThat(run.output(new TypeRef<Map<String, String>>() {}))
        .containsEntry("greeting", "hello Ada");
    assertThat(run.steps())
        .containsExactly(new TestRun.Step("greet", 1, Map.of("words", 2L), null));
    assertThat(run.result("greet", String.class)).isEqualTo("hello Ada");
    assertThat(run.charged()).isEqualTo(Map.of("words", 2L));
    assertThat(run.took()).isZero();
    run.survivesCrashes();
  }

  @Test
  void showsWhatARunEmitsAndReplacesWhatAnEpochEmitsAgain() {
    var run =
        TestKit.of(
                Scripted.agent(
                    "poet",
                    (context, input) -> {
                      context.emit("A ");
                      context.step("write", () -> context.emit("rose "));
                      context.emit("is ");
                      context.sleep(Duration.ofDays(1));
                      context.emit("a rose");
                      context.emit(new byte[] {1}, "image/png");
                      return null;
                    }))
            .submit("poet", null)
            .run();

    assertThat(run.shown()).isEqualTo("A rose is a rose");
    assertThat(run.emitted())
        .extracting(TestRun.Emitted::epoch, TestRun.Emitted::step, TestRun.Emitted::contentType)
        .startsWith(tuple(1, null, "text/plain"), tuple(1, "write", "text/plain"))
        .endsWith(tuple(2, null, "text/plain"), tuple(2, null, "image/png"));
    run.survivesCrashes();
  }

  @Test
  void passesThreeDaysInNoTime() {
    var run =
        TestKit.of(
                Scripted.agent(
                    "sleeper",
                    (context, input) -> {
                      var before = context.now();
                      context.sleep(Duration.ofDays(3));
                      return Duration.between(before, context.now());
                    }))
            .submit("sleeper", null)
            .run();
    assertThat(run.output(Duration.class)).isEqualTo(Duration.ofDays(3));
    assertThat(run.took()).isEqualTo(Duration.ofDays(3));
    assertThat(run.epochs()).isEqualTo(2);
    run.survivesCrashes();
  }

  @Test
  void startsALabelledRunAtItsTime() {
    var kit = TestKit.of(Scripted.agent("late", (context, input) -> "done"));
    var run =
        kit.submit("late", null)
            .label("team", "a")
            .label("b/c", "")
            .startAt(Duration.ofDays(2))
            .run();
    assertThat(run.output(String.class)).isEqualTo("done");
    assertThat(run.took()).isEqualTo(Duration.ofDays(2));
    run.survivesCrashes();

    assertThatThrownBy(() -> kit.submit("late", null).label("no space", "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("labels");
    assertThatThrownBy(() -> kit.submit("late", null).startAt(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("before the submission");
  }

  @Test
  void sendsSignalsAtTheirTimesAndLetsTheOthersTimeOut() {
    var kit =
        TestKit.of(
            Scripted.agent(
                "asker",
                (context, input) ->
                    context
                        .awaitSignal("answer", String.class, Duration.ofDays(1))
                        .orElse("nobody answered")));
    var answered =
        kit.submit("asker", null)
            .signal("answer", "too late", Duration.ofHours(9))
            .signal("answer", "yes", Duration.ofHours(8))
            .run();
    assertThat(answered.output(String.class)).isEqualTo("yes");
    assertThat(answered.took()).isEqualTo(Duration.ofHours(8));
    answered.survivesCrashes();
    var alone = kit.submit("asker", null).run();
    assertThat(alone.output(String.class)).isEqualTo("nobody answered");
    assertThat(alone.took()).isEqualTo(Duration.ofDays(1));
    alone.survivesCrashes();
    var cancelled = kit.submit("asker", null).cancel(Duration.ofMinutes(1)).run();
    assertThat(cancelled.status()).isEqualTo(Status.CANCELLED);
    var over = kit.submit("asker", null).endBy(Duration.ofMinutes(2)).run();
    assertThat(over.status()).isEqualTo(Status.TIMED_OUT);
    assertThat(over.took()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void executesChildrenOrTheirStubs() {
    var parent =
        Scripted.agent(
            "sum",
            (context, input) -> {
              var children =
                  context.spawnAll(
                      IntStream.rangeClosed(1, 12)
                          .mapToObj(n -> new Spawn<>(SQUARE, n, SpawnOptions.DEFAULT))
                          .toList());
              return context.awaitAll(children).stream().mapToInt(one -> one.get()).sum();
            });
    var real =
        TestKit.of(
                parent,
                Scripted.agent(
                    "square",
                    (context, input) -> {
                      int side = input instanceof Integer number ? number : 0;
                      return context.step("square", Integer.class, () -> side * side);
                    }))
            .submit("sum", null)
            .run();
    assertThat(real.output(Integer.class)).isEqualTo(650);
    assertThat(real.children()).extracting(TestRun::id).startsWith("run~1", "run~2").hasSize(12);
    assertThat(real.children().get(9).output(Integer.class)).isEqualTo(100);
    real.survivesCrashes();
    var stubbed = TestKit.of(parent, Stub.answering(SQUARE, n -> n * n)).submit("sum", null).run();
    assertThat(stubbed.output(Integer.class)).isEqualTo(650);
    var failing = TestKit.of(parent, Stub.failing("square", "no")).submit("sum", null).run();
    assertThat(failing.status()).isEqualTo(Status.FAILED);
    assertThat(failing.children().getFirst().error().orElseThrow().message()).isEqualTo("no");
    var missing = TestKit.of(parent).submit("sum", null).run();
    assertThat(missing.children()).extracting(TestRun::status).containsOnly(Status.DEAD);
    assertThat(missing.took()).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
  }

  @Test
  void executesARunInThePoolThatItNames() {
    var agent = Scripted.agent("modest", (context, input) -> "done");
    var kit = TestKit.of(agent).withPools("gpu");
    assertThat(kit.submit("modest", null).pool("gpu").run().status()).isEqualTo(Status.SUCCEEDED);
    var unknown = kit.submit("modest", null).pool("tpu").run();
    assertThat(unknown.status()).isEqualTo(Status.REJECTED);
    assertThatThrownBy(() -> kit.submit("modest", null).pool("no pool"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void holdsTheBoundsOfTheTree() {
    var kit =
        TestKit.of(
            Scripted.agent(
                "tree",
                (context, input) ->
                    context.await(
                        context
                            .spawnAll(
                                List.of(
                                    new Spawn<>(SQUARE, 1, SpawnOptions.DEFAULT),
                                    new Spawn<>(SQUARE, 2, SpawnOptions.DEFAULT)))
                            .getFirst())),
            Stub.of("square", 1));
    assertThat(kit.submit("tree", null).run().status()).isEqualTo(Status.SUCCEEDED);
    var bounded = kit.submit("tree", null).limits(new TreeLimits(1, null, null)).run();
    assertThat(bounded.status()).isEqualTo(Status.FAILED);
    assertThat(bounded.children()).isEmpty();
  }

  @Test
  void sharesABudgetAsTheGateDoes() {
    var run =
        TestKit.of(
                Scripted.agent(
                    "spender",
                    (context, input) -> {
                      int steps = 0;
                      try {
                        while (true) {
                          context.step(
                              "spend " + steps,
                              StepOptions.DEFAULT.charging("tokens", 40),
                              () -> context.charge("tokens", 40));
                          steps++;
                        }
                      } catch (BudgetExhaustedException e) {
                        return steps;
                      }
                    }))
            .submit("spender", null)
            .budget("tokens", 100)
            .run();
    assertThat(run.status()).isEqualTo(Status.BUDGET_EXHAUSTED);
    assertThat(run.output(Integer.class)).isEqualTo(2);
    assertThat(run.charged()).isEqualTo(Map.of("tokens", 80L));
    run.survivesCrashes();
  }

  @Test
  void triesStepsAndRunsAgainWithoutWaiting() {
    var calls = new AtomicInteger();
    var run =
        TestKit.of(
                Scripted.agent(
                    "stubborn",
                    (context, input) -> {
                      context.step(
                          "flaky",
                          Integer.class,
                          StepOptions.DEFAULT.trying(Tries.of(5)),
                          () -> {
                            if (calls.incrementAndGet() < 4) {
                              throw new IllegalStateException("not yet");
                            }
                            return calls.get();
                          });
                      if (context.attempt() == 1) {
                        throw new IllegalStateException("the first attempt fails");
                      }
                      return "done";
                    }))
            .submit("stubborn", null)
            .run();
    assertThat(run.output(String.class)).isEqualTo("done");
    assertThat(run.steps()).extracting(TestRun.Step::tries).containsExactly(4);
    assertThat(run.attempts()).isEqualTo(2);
    assertThat(run.took()).isBetween(Duration.ofMillis(500), Duration.ofMillis(1_500));
    run.survivesCrashes();
  }

  @Test
  void goesOnFromCheckpoints() {
    var run =
        TestKit.of(
                Scripted.agent(
                    "counter",
                    (context, input) -> {
                      int from = context.restore(Integer.class).orElse(0);
                      for (int i = from; i < 6; i++) {
                        int now = i;
                        context.step("count", Integer.class, () -> now);
                        context.sleep(Duration.ofMinutes(1));
                        context.checkpoint(i + 1);
                      }
                      return context.random().nextInt() + " " + context.uuid();
                    }))
            .submit("counter", null)
            .run();
    assertThat(run.steps()).hasSize(6);
    run.survivesCrashes();
  }

  @Test
  void executesNoBodyAgainThatWasExecutedOnce() {
    var executed = new ArrayList<String>();
    var run =
        TestKit.of(
                Scripted.agent(
                    "payer",
                    (context, input) -> {
                      for (var name : List.of("reserve", "pay", "ship")) {
                        context.step(name, Boolean.class, () -> executed.add(name));
                      }
                      return "done";
                    }))
            .submit("payer", null)
            .run();
    run.survivesCrashes();
    assertThat(executed).containsExactly("reserve", "pay", "ship");
  }

  @Test
  void takesStepsBesideEachOtherInTheOrderInWhichTheyEnded() {
    var firstIsKnown = new CountDownLatch(1);
    var run =
        TestKit.of(
                Scripted.agent(
                    "caller",
                    (context, input) -> {
                      var slow =
                          context.stepAsync(
                              "tool", String.class, () -> tool(context, firstIsKnown));
                      var fast = context.stepAsync("tool", String.class, () -> "fast");
                      var first = context.await(context.awaitAny(List.of(slow, fast)));
                      firstIsKnown.countDown();
                      return first + context.awaitAll(List.of(slow, fast));
                    }))
            .submit("caller", null)
            .run();
    assertThat(run.output(String.class)).isEqualTo("fast[slow, fast]");
    assertThat(run.charged()).isEqualTo(Map.of("calls", 1L));
    run.survivesCrashes();
  }

  private static String tool(RunContext context, CountDownLatch until) throws InterruptedException {
    context.charge("calls", 1);
    until.await();
    return "slow";
  }

  @Test
  void saysWhatARunWithoutOutputEndedWith() {
    var kit =
        TestKit.of(
            Scripted.agent(
                "broken",
                (context, input) -> {
                  throw new IllegalArgumentException("no such customer");
                }));
    var run = kit.submit("broken", null).run();
    assertThat(run.status()).isEqualTo(Status.DEAD);
    assertThatThrownBy(() -> run.output(String.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("DEAD")
        .hasMessageContaining("no such customer");
    assertThatThrownBy(() -> run.result("none", String.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("'none'");
    assertThatThrownBy(() -> kit.submit("broken", null).id("a~b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void endsARunThatWouldGoOnForEver() {
    var kit =
        TestKit.of(
            Scripted.agent(
                "poller",
                (context, input) -> {
                  context.restore(Integer.class);
                  while (true) {
                    context.sleep(Duration.ofSeconds(1));
                    context.checkpoint(1);
                  }
                }));
    assertThatThrownBy(() -> kit.submit("poller", null).run())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("has not ended");
  }
}
