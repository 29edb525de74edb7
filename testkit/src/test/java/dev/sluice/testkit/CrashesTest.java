package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sdk.ChargeExceededException;
import dev.sluice.sdk.RetryLaterException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepOptions;
import dev.sluice.sdk.Tries;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Agents that are not the same when their worker dies: each is found, and the place is told. */
final class CrashesTest {
  private static final AtomicInteger STARTS = new AtomicInteger();

  /** What is found of an agent, and the agent. */
  record Planted(String name, Scripted.Code code, String told) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** As a key it has the hash of its identity, which differs between two executions. */
  private static final class Anonymous {
    private final int number;

    Anonymous(int number) {
      this.number = number;
    }
  }

  static List<Planted> agents() {
    return List.of(
        new Planted(
            "clock",
            (run, input) -> {
              step(run, "begin");
              step(run, "at " + System.currentTimeMillis());
              return null;
            },
            "step 'at "),
        new Planted(
            "random",
            (run, input) -> {
              step(run, "begin");
              step(run, "pick " + new Random().nextLong());
              return null;
            },
            "step 'pick "),
        new Planted(
            "hash order",
            (run, input) -> {
              Set<Anonymous> set = new HashSet<>();
              for (int i = 0; i < 50; i++) {
                set.add(new Anonymous(i));
              }
              for (var one : set) {
                step(run, "visit " + one.number);
              }
              return null;
            },
            "step 'visit "),
        new Planted(
            "static counter",
            (run, input) -> {
              step(run, "start " + STARTS.incrementAndGet());
              return null;
            },
            "step 'start "),
        new Planted(
            "environment",
            (run, input) -> {
              step(run, "begin");
              return run.workerId();
            },
            "worker-2"),
        new Planted(
            "thread race",
            (run, input) -> {
              for (var name : raced()) {
                step(run, name);
              }
              return null;
            },
            "step 'lane "),
        new Planted(
            "changed name",
            (run, input) -> {
              step(run, "first of epoch " + run.epoch());
              return null;
            },
            "step 'first of epoch "),
        new Planted(
            "changed order",
            (run, input) -> {
              var names = new ArrayList<>(List.of("one", "two", "three"));
              if (run.epoch() > 1) {
                names.sort(null);
              }
              names.forEach(name -> step(run, name));
              return null;
            },
            "step 'three'"),
        new Planted(
            "conditional step",
            (run, input) -> {
              step(run, "always");
              if (run.epoch() == 1) {
                step(run, "only at first");
              }
              step(run, "last");
              return null;
            },
            "step 'only at first'"),
        new Planted(
            "swallowed stop",
            (run, input) -> {
              step(run, "begin");
              try {
                step(run, "middle");
                step(run, "last");
              } catch (Throwable everything) {
                return "never mind";
              }
              return "done";
            },
            "caught the RunStoppedError that ends its epoch, and returned"));
  }

  private static void step(RunContext run, String name) {
    run.step(name, String.class, () -> "done");
  }

  /** Names in the order in which threads come first. */
  private static List<String> raced() throws InterruptedException {
    var order = new ConcurrentLinkedQueue<String>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 8; i++) {
      int lane = i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    long until = System.nanoTime() + new Random().nextInt(300_000);
                    while (System.nanoTime() < until) {
                      Thread.onSpinWait();
                    }
                    order.add("lane " + lane);
                  }));
    }
    for (var thread : threads) {
      thread.join();
    }
    return List.copyOf(order);
  }

  @ParameterizedTest
  @MethodSource("agents")
  void findsWhatIsNotTheSameAgain(Planted planted) {
    var run = TestKit.of(Scripted.agent("planted", planted.code())).submit("planted", null).run();
    assertThatThrownBy(run::survivesCrashes)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(planted.told());
  }

  /** The same agents as they should be written. */
  static List<Planted> sound() {
    return List.of(
        new Planted(
            "clock",
            (run, input) -> {
              step(run, "begin");
              step(run, "at " + run.now());
              return run.step("clock", Long.class, System::currentTimeMillis);
            },
            ""),
        new Planted(
            "random",
            (run, input) -> {
              step(run, "begin");
              step(run, "pick " + run.random().nextLong());
              return run.uuid();
            },
            ""),
        new Planted(
            "order",
            (run, input) -> {
              var sorted = new TreeMap<>(Map.of("b", 1, "a", 2, "c", 3));
              sorted.keySet().forEach(name -> step(run, name));
              return sorted;
            },
            ""),
        new Planted(
            "finally",
            (run, input) -> {
              try {
                step(run, "begin");
                run.sleep(Duration.ofHours(1));
                step(run, "end");
              } finally {
                run.logger().log(System.Logger.Level.DEBUG, "left");
              }
              return null;
            },
            ""),
        new Planted("failure", CrashesTest::goesOnBehindAFailure, ""),
        new Planted("charge too large", CrashesTest::goesOnBehindAChargeThatIsTooLarge, ""),
        new Planted("second try", failingFirst(Tries.of(3), new IllegalStateException("down")), ""),
        new Planted(
            "second attempt", failingFirst(Tries.ONE, new IllegalStateException("down")), ""),
        new Planted(
            "try after a long backoff",
            failingFirst(
                new Tries(3, Duration.ofMinutes(10), Duration.ofMinutes(10)),
                new IllegalStateException("down")),
            ""),
        new Planted(
            "told to come later",
            failingFirst(Tries.ONE, new RetryLaterException(Duration.ofHours(1), "busy")),
            ""));
  }

  /** A step whose body charges and fails twice, then succeeds; what follows reads the clock. */
  private static Scripted.Code failingFirst(Tries tries, Exception failure) {
    var calls = new AtomicInteger();
    return (run, input) -> {
      step(run, "begin");
      run.step(
          "flaky",
          Integer.class,
          StepOptions.DEFAULT.trying(tries),
          () -> {
            run.charge("calls", 1);
            if (calls.incrementAndGet() < 3) {
              throw failure;
            }
            return calls.get();
          });
      step(run, "at " + run.now().truncatedTo(ChronoUnit.HOURS)); // an attempt's backoff varies
      return run.attempt();
    };
  }

  private static @Nullable Object goesOnBehindAFailure(RunContext run, @Nullable Object input) {
    try {
      run.step(
          "fails",
          String.class,
          () -> {
            run.charge("calls", 1);
            throw new IllegalStateException("down");
          });
    } catch (Exception failure) {
      step(run, "instead");
      return failure.getMessage();
    }
    return null;
  }

  /** A body that notices that it has spent what it had declared, and does with less. */
  private static @Nullable Object goesOnBehindAChargeThatIsTooLarge(
      RunContext run, @Nullable Object input) {
    var did =
        run.step(
            "spends",
            String.class,
            StepOptions.DEFAULT.charging("calls", 2),
            () -> {
              run.charge("calls", 1);
              try {
                run.charge("calls", 5);
                return "all";
              } catch (ChargeExceededException tooLarge) {
                return "less by " + (tooLarge.charged() - tooLarge.allowed());
              }
            });
    step(run, did);
    return did;
  }

  @ParameterizedTest
  @MethodSource("sound")
  void findsNothingWhereAllIsTheSame(Planted agent) {
    var run =
        TestKit.of(Scripted.agent("sound", agent.code()))
            .submit("sound", null)
            .budget("calls", 100)
            .run();
    assertThat(run.status()).as("%s", run).isEqualTo(TestRun.Status.SUCCEEDED);
    run.survivesCrashes();
  }

  @Test
  void tellsWhereARunDoesNotEnd() {
    var wasResumed = new AtomicBoolean();
    var isEndless = new AtomicBoolean(); // once: it takes 10,000 epochs
    Scripted.Code code =
        (run, input) -> {
          if (run.restore(Integer.class).isEmpty()) {
            boolean isFirst = run.epoch() == 1;
            if (isFirst || !wasResumed.getAndSet(true)) {
              isEndless.set(!isFirst);
            }
            step(run, "begin");
          }
          while (isEndless.get()) {
            run.sleep(Duration.ofSeconds(1));
            run.checkpoint(1);
          }
          return null;
        };
    var run = TestKit.of(Scripted.agent("endless", code)).submit("endless", null).run();
    assertThatThrownBy(run::survivesCrashes)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("is not the same when its worker dies")
        .hasMessageContaining("died before it had written step 'begin'")
        .hasMessageContaining("has not ended after");
  }

  @Test
  void triesEachRecordUpToAThousandAndThenAsManyEvenlySpread() {
    assertThat(TestRun.places(0)).isEmpty();
    assertThat(TestRun.places(3)).containsExactly(1, 2, 3);
    assertThat(TestRun.places(1_000)).hasSize(1_000).startsWith(1, 2).endsWith(999, 1_000);
    assertThat(TestRun.places(2_500)).hasSize(1_000).startsWith(1, 3, 6).doesNotHaveDuplicates();
  }
}
