package dev.sluice.runner.execution;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.SpawnOptions;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.Tries;
import dev.sluice.sdk.TypeName;
import dev.sluice.sdk.TypeRef;
import dev.sluice.sdk.Wait;
import dev.sluice.v1.RunStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The runs that golden journals are recorded of. Once recorded, the code of an agent here may
 * change only as a user's may under running runs: compatibly, by {@code run.version}.
 */
final class GoldenRuns {
  /**
   * One run.
   *
   * @param recorded the code that the journal is recorded with
   * @param today the code that replays it
   * @param script what happens to the run, epoch after epoch
   */
  record GoldenRun(Agent<?, ?> recorded, Agent<?, ?> today, Script script) {
    GoldenRun(Agent<?, ?> agent, Script script) {
      this(agent, agent, script);
    }

    boolean hasChanged() {
      return !recorded.version().equals(today.version());
    }
  }

  /** What happens between the epochs; it calls {@code epoch} for each. */
  interface Script {
    void play(OneRunGate gate, Runnable epoch);
  }

  static final Map<String, GoldenRun> BY_NAME =
      Map.ofEntries(
          unchanged("types", GoldenRuns::types, (gate, epoch) -> epoch.run()),
          unchanged("steps", GoldenRuns::steps, (gate, epoch) -> epoch.run()),
          unchanged("handles", GoldenRuns::handles, GoldenRuns::mixedLife),
          unchanged("children", GoldenRuns::children, GoldenRuns::familyLife),
          unchanged("waits", GoldenRuns::waits, GoldenRuns::signals),
          unchanged("budget", GoldenRuns::budget, GoldenRuns::slices),
          unchanged("checkpoint", GoldenRuns::checkpoint, GoldenRuns::twice),
          unchanged("attempts", GoldenRuns::attempts, GoldenRuns::twice),
          unchanged("combined", GoldenRuns::combined, GoldenRuns::votes),
          unchanged("tree-calls", GoldenRuns::treeCalls, GoldenRuns::race),
          unchanged("parallel", GoldenRuns::parallel, GoldenRuns::twice),
          unchanged("same-again", GoldenRuns::sameAgain, GoldenRuns::family),
          Map.entry(
              "version-before",
              new GoldenRun(
                  TestAgent.of(GoldenRuns::beforeChange),
                  TestAgent.of("2", GoldenRuns::afterChange),
                  GoldenRuns::twice)),
          Map.entry(
              "version-after",
              new GoldenRun(TestAgent.of("2", GoldenRuns::afterChange), GoldenRuns::twice)),
          Map.entry(
              "versions",
              new GoldenRun(
                  TestAgent.of("3", run -> changedAgain(run, 0, 2)),
                  TestAgent.of("4", run -> changedAgain(run, 2, 3)),
                  GoldenRuns::twice)));

  private static Map.Entry<String, GoldenRun> unchanged(
      String name, TestAgent.Body code, Script script) {
    return Map.entry(name, new GoldenRun(TestAgent.of(code), script));
  }

  private static final AgentRef<Integer, Integer> LEAF =
      AgentRef.of("leaf", Integer.class, Integer.class);

  private GoldenRuns() {}

  /** Results of several types, charges, a step tried three times, and one that fails for good. */
  static Object steps(RunContext run) throws Exception {
    var page = run.step("fetch", String.class, () -> "page");
    var words =
        run.step(
            "count",
            new TypeRef<Map<String, Integer>>() {},
            StepOptions.DEFAULT.charging("tokens", 20),
            () -> {
              run.charge("tokens", 12);
              return Map.of("words", page.length());
            });
    var tries = new ArrayList<Integer>();
    run.step(
        "flaky",
        StepOptions.DEFAULT.trying(new Tries(3, Duration.ofMillis(1), Duration.ofMillis(1))),
        () -> {
          tries.add(tries.size());
          if (tries.size() < 3) {
            throw new IllegalStateException("not yet");
          }
        });
    try {
      run.step("broken", String.class, () -> fail("it never works"));
    } catch (StepFailedException e) {
      run.charge("apologies", 1);
    }
    return List.of(page, words);
  }

  /** Results of types that say more than JSON does. */
  private static Object types(RunContext run) {
    var days =
        run.step(
            "days",
            new TypeRef<Map<Long, List<LocalDate>>>() {},
            () -> Map.of(7L, List.of(LocalDate.of(2026, 11, 29))));
    var shapes =
        run.step("shapes", new TypeRef<List<Shape>>() {}, () -> List.of(new Dot(1), new Blob(DOT)));
    var amount = run.step("amount", BigDecimal.class, () -> new BigDecimal("10.50"));
    var bytes = run.step("bytes", byte[].class, () -> DOT.clone());
    var none = run.step("none", new TypeRef<Optional<Duration>>() {}, Optional::empty);
    var at =
        run.step(
            "at",
            ZonedDateTime.class,
            () -> ZonedDateTime.of(2026, 3, 29, 1, 30, 0, 5, ZoneId.of("Europe/Berlin")));
    return days.getOrDefault(7L, List.of()).getFirst()
        + " %d %s %d %s %s".formatted(shapes.size(), amount, bytes.length, none, at);
  }

  private static final byte[] DOT = {0, -1};

  /** A part of a picture. */
  sealed interface Shape {}

  @TypeName("dot")
  record Dot(int size) implements Shape {}

  @TypeName("blob")
  record Blob(byte[] content) implements Shape {}

  private static String fail(String message) {
    throw new IllegalArgumentException(message);
  }

  /** A batch of which one fails, a child for itself, and one that outlives the run. */
  private static Object children(RunContext run) {
    var batch =
        run.spawnAll(List.of(new Spawn<>(LEAF, 1), new Spawn<>(LEAF, 2), new Spawn<>(LEAF, 3)));
    run.spawn(
        AgentRef.of("logger", String.class, Object.class),
        "hello",
        SpawnOptions.DEFAULT.andDetached());
    int sum = 0;
    for (var result : run.awaitAll(batch)) {
      sum += result instanceof ChildResult.Succeeded<Integer> child ? child.output() : 100;
    }
    return sum + run.await(run.spawn(LEAF, 4));
  }

  /** A batch of two agents whose handles lie behind a checkpoint, one of them for its result. */
  private static Object handles(RunContext run) {
    var state =
        run.restore(Handles.class)
            .orElseGet(
                () -> {
                  var days = new Spawn<>(DAYS, "2026");
                  var leaf = new Spawn<>(LEAF, 1);
                  var children = run.spawnMixed(List.of(days, leaf));
                  var spawned = new Handles(children.of(days), children.of(leaf));
                  run.checkpoint(spawned);
                  return spawned;
                });
    var days = run.await(state.days());
    var leaf = run.awaitResult(state.leaf());
    return days.getFirst().getYear() + " " + leaf.getClass().getSimpleName();
  }

  private static final AgentRef<String, List<LocalDate>> DAYS =
      AgentRef.of("days", TypeRef.of(String.class), new TypeRef<List<LocalDate>>() {});

  record Handles(Child<List<LocalDate>> days, Child<Integer> leaf) {}

  private static void mixedLife(OneRunGate gate, Runnable epoch) {
    epoch.run();
    gate.childEnds(1, RunStatus.SUCCEEDED, "[\"2026-11-30\"]");
    epoch.run();
    gate.childEnds(2, RunStatus.FAILED, null);
    epoch.run();
  }

  private static void familyLife(OneRunGate gate, Runnable epoch) {
    epoch.run();
    gate.childEnds(1, RunStatus.SUCCEEDED, "1")
        .childEnds(3, RunStatus.SUCCEEDED, "3")
        .childEnds(2, RunStatus.FAILED, null);
    epoch.run();
    gate.childEnds(5, RunStatus.SUCCEEDED, "5");
    epoch.run();
  }

  /**
   * The first of several and all of them: by the run and by the gate, of children, signals and
   * timers, on both sides of a checkpoint.
   */
  private static Object combined(RunContext run) {
    var state =
        run.restore(Combined.class)
            .orElseGet(
                () -> {
                  var children = run.spawnAll(List.of(new Spawn<>(LEAF, 1), new Spawn<>(LEAF, 2)));
                  var first = run.awaitAny(children);
                  var left = children.stream().filter(child -> !first.is(child)).toList();
                  var begun = new Combined(left.getFirst(), first.value().get());
                  run.checkpoint(begun);
                  return begun;
                });
    var anna = Wait.signal("anna", String.class);
    var vote =
        run.awaitAny(anna, Wait.signal("bert", String.class), Wait.timer(Duration.ofDays(1)));
    run.charge("votes", 1);
    var late = run.awaitAny(state.left(), Wait.timer(Duration.ofHours(2)));
    run.charge("votes", 1);
    var all = run.awaitAll(Wait.timer(Duration.ofHours(1)), anna, state.left());
    return List.of(
        state.first(), vote.is(anna), vote.value(), late.is(state.left()), all.of(anna), run.now());
  }

  record Combined(Child<Integer> left, int first) {}

  private static void votes(OneRunGate gate, Runnable epoch) {
    epoch.run();
    gate.childEnds(2, RunStatus.SUCCEEDED, "20").signal("bert", "\"yes\"");
    epoch.run();
    epoch.run();
    gate.signal("anna", "\"no\"").childEnds(1, RunStatus.SUCCEEDED, "10");
    epoch.run();
  }

  /** Children that are cancelled and signals to them and up, with what became of them. */
  private static Object treeCalls(RunContext run) {
    var children = run.spawnAll(List.of(new Spawn<>(LEAF, 1), new Spawn<>(LEAF, 2)));
    var hint = run.signal(children.getFirst(), "hint", Map.of("page", 7));
    var up = run.signalParent("begun", null);
    var first = run.awaitAny(children);
    var told = List.of(run.await(hint), run.await(up));
    run.charge("races", 1);
    run.cancel(children);
    var late = run.signal(children.getLast(), "late", "x");
    var ends = run.awaitAll(children).stream().map(end -> end.getClass().getSimpleName()).toList();
    return List.of(told, children.indexOf(first.which()), ends, run.await(late), run.now());
  }

  private static void race(OneRunGate gate, Runnable epoch) {
    gate.refuse(3, "UNKNOWN").refuse(6, "ENDED");
    epoch.run();
    gate.childEnds(2, RunStatus.SUCCEEDED, "20");
    epoch.run();
    gate.childVanishes(1, RunStatus.CANCELLED);
    epoch.run();
  }

  /** A time, a signal that came before the wait, one that came in it, and one that never came. */
  private static Object waits(RunContext run) {
    run.sleep(Duration.ofHours(1));
    var early = run.awaitSignal("early", String.class, Duration.ofDays(1));
    var late = run.awaitSignal("late", String.class, Duration.ofDays(1));
    var never = run.awaitSignal("never", String.class, Duration.ofDays(1));
    return List.of(early.orElse("none"), late.orElse("none"), never.orElse("none"));
  }

  private static void signals(OneRunGate gate, Runnable epoch) {
    epoch.run();
    gate.signal("early", "\"bird\"");
    epoch.run();
    gate.signal("late", "\"guest\"");
    epoch.run();
    epoch.run();
  }

  /** A step that needs a larger slice, and one for which nothing is left. */
  private static Object budget(RunContext run) {
    var done = new ArrayList<String>();
    try {
      for (var step : List.of("one", "two", "three")) {
        done.add(
            run.step(
                step,
                String.class,
                StepOptions.DEFAULT.charging("tokens", 60),
                () -> {
                  run.charge("tokens", 50);
                  return step;
                }));
      }
    } catch (BudgetExhaustedException e) {
      done.add("and no more");
    }
    return done;
  }

  private static void slices(OneRunGate gate, Runnable epoch) {
    gate.budget("tokens", 120, 120, 60);
    epoch.run();
    gate.budget("tokens", 120, 70, 60);
    epoch.run();
    gate.budget("tokens", 120, 20, 20).exhausted();
    epoch.run();
  }

  /** Steps on both sides of a checkpoint. */
  private static Object checkpoint(RunContext run) {
    var before =
        run.restore(String.class)
            .orElseGet(
                () -> {
                  var text =
                      run.step("one", String.class, () -> "a")
                          + run.step("two", String.class, () -> "b");
                  run.checkpoint(text);
                  return text;
                });
    var after = run.step("three", String.class, () -> "c");
    run.sleep(Duration.ofMinutes(1));
    return before + after;
  }

  private static void twice(OneRunGate gate, Runnable epoch) {
    epoch.run();
    epoch.run();
  }

  /** An attempt that fails behind a step, and one that fails for good. */
  private static Object attempts(RunContext run) {
    run.step("one", String.class, () -> "a");
    if (run.epoch() == 1) {
      throw new IllegalStateException("the first attempt fails");
    }
    run.step("two", String.class, () -> "b");
    throw new NonRetryableException("the second must not be repeated");
  }

  private static Object beforeChange(RunContext run) {
    var text = run.step("old", String.class, () -> "old");
    run.sleep(Duration.ofMinutes(1));
    return text + run.step("last", String.class, () -> " way");
  }

  private static Object afterChange(RunContext run) {
    var text =
        run.version("new-way")
            ? run.step("new", String.class, () -> "new")
            : run.step("old", String.class, () -> "old");
    run.sleep(Duration.ofMinutes(1));
    return text + run.step("last", String.class, () -> " way");
  }

  /** Code that changed more than once, on both sides of a checkpoint. */
  private static Object changedAgain(RunContext run, int min, int max) {
    var before =
        run.restore(String.class)
            .orElseGet(
                () -> {
                  var text = run.step(way(run, min, max), String.class, () -> "a");
                  run.checkpoint(text);
                  return text;
                });
    run.sleep(Duration.ofMinutes(1));
    return before + run.step(way(run, min, max), String.class, () -> "b");
  }

  private static String way(RunContext run, int min, int max) {
    return "way " + run.version("way", min, max);
  }

  /** Steps that end in another order than they start, one that fails, and one beside them. */
  private static Object parallel(RunContext run) {
    run.charge("code", 3);
    var told = new CountDownLatch(1);
    var slow =
        run.stepAsync(
            "slow",
            String.class,
            StepOptions.DEFAULT.charging("tokens", 9),
            () -> {
              told.await();
              run.charge("tokens", 7);
              return run.idempotencyKey("slow");
            });
    var quick = run.stepAsync("quick", Integer.class, () -> 1);
    var seen = new ArrayList<String>();
    seen.add("" + run.await(quick));
    var broken = run.stepAsync("broken", String.class, () -> fail("it never works"));
    try {
      run.await(broken);
    } catch (StepFailedException e) {
      seen.add(e.getMessage());
    }
    seen.add(run.step("between", String.class, () -> run.idempotencyKey("between")));
    told.countDown();
    seen.add(run.await(slow) + " at " + run.now());
    seen.add(run.awaitAny(slow, quick, broken).name());
    run.sleep(Duration.ofMinutes(1));
    seen.add(run.step("after", String.class, () -> run.idempotencyKey("after")));
    return seen;
  }

  /** Times and random values behind all that moves them, and what they are once more. */
  private static Object sameAgain(RunContext run) {
    var seen = new ArrayList<String>();
    seen.addAll(run.restore(Seen.class).orElse(new Seen(List.of())).values());
    if (seen.isEmpty()) {
      see(run, seen);
      run.step("one", Integer.class, () -> 1);
      see(run, seen);
      run.sleep(Duration.ofHours(1));
      see(run, seen);
      run.await(run.spawn(LEAF, 1));
      see(run, seen);
      run.checkpoint(new Seen(seen));
    }
    see(run, seen);
    run.awaitSignal("never", String.class, Duration.ofDays(1));
    see(run, seen);
    return seen;
  }

  record Seen(List<String> values) {}

  private static void see(RunContext run, List<String> seen) {
    seen.add(run.now() + " " + run.random().nextInt(1_000_000) + " " + run.uuid());
  }

  private static void family(OneRunGate gate, Runnable epoch) {
    epoch.run();
    epoch.run();
    gate.childEnds(1, RunStatus.SUCCEEDED, "1");
    epoch.run();
    epoch.run();
  }
}
