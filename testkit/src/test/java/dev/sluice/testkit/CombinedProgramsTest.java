package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random programs over all calls, with waits for several things among them, whose worker dies at
 * each record that it and its children write: by the real gate and the real worker. What the code
 * learned once, it learns again.
 */
final class CombinedProgramsTest {
  private static final int CALLS = 10;
  private static final List<String> SIGNALS = List.of("a", "b");
  private static final AgentRef<Integer, String> WORKER =
      AgentRef.of("worker", Integer.class, String.class);

  static LongStream seeds() {
    long one = Long.getLong("simulation.seed", -1);
    return one < 0 ? LongStream.range(0, 24) : LongStream.of(one);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @Timeout(120)
  void endTheSameWhereverTheirWorkersDie(long seed) {
    var submission = TestKit.of(new Program(), new Worker()).submit("program", seed);
    for (int hour = 0; hour < CALLS; hour++) { // as many as the program may take
      for (var name : SIGNALS) {
        submission = submission.signal(name, name + hour, Duration.ofMinutes(60L * hour + 7));
      }
    }

    var run = submission.run();

    assertThat(run.status()).as("%s", run).isEqualTo(TestRun.Status.SUCCEEDED);
    run.survivesCrashes();
  }

  private static SplittableRandom random(long seed, int call) {
    return new SplittableRandom(seed * 1_000 + call);
  }

  /** What a child does takes hours, or no time, or fails. */
  private static final class Worker implements Agent<Integer, String> {
    @Override
    public String name() {
      return "worker";
    }

    @Override
    public String run(RunContext run, Integer seed) {
      var random = random(seed, 0);
      for (int call = random.nextInt(3); call > 0; call--) {
        switch (random.nextInt(3)) {
          case 0 -> run.sleep(Duration.ofMinutes(10L * random.nextInt(12)));
          case 1 -> run.awaitAny(Wait.timer(Duration.ofHours(2)), Wait.timer(Duration.ofHours(1)));
          default -> run.step("work", () -> {});
        }
      }
      if (random.nextInt(4) == 0) {
        throw new dev.sluice.sdk.NonRetryableException("no luck with " + seed);
      }
      return "w" + seed;
    }
  }

  /** Whatever it learns goes into the names of what it does next: something else is a mismatch. */
  private static final class Program implements Agent<Long, String> {
    record State(int next, List<String> learned, List<Child<String>> open) {}

    @Override
    public String name() {
      return "program";
    }

    @Override
    public String run(RunContext run, Long seed) {
      var state = run.restore(State.class).orElse(new State(0, List.of(), List.of()));
      var learned = new ArrayList<>(state.learned());
      var open = new ArrayList<>(state.open());
      for (int call = state.next(); call < CALLS; call++) {
        make(run, call, random(seed, call), learned, open);
      }
      run.awaitAll(open).forEach(value -> learned.add("last: " + text(value)));
      learned.add(run.now().toString());
      return learned.toString();
    }

    private static void make(
        RunContext run,
        int call,
        SplittableRandom random,
        List<String> learned,
        List<Child<String>> open) {
      var name = call + "-" + Integer.toHexString(learned.hashCode());
      switch (random.nextInt(12)) {
        case 0 -> learned.add(run.step("s" + name, String.class, () -> "done " + call));
        case 1 -> {
          var one = run.stepAsync("p" + name, String.class, () -> "one");
          var other = run.stepAsync("q" + name, String.class, () -> "other");
          learned.addAll(run.<String>awaitAll(List.of(one, other)));
        }
        case 2, 3, 4 -> open.addAll(run.spawnAll(batch(random)));
        case 5, 6, 7 -> any(run, random, learned, open);
        case 8, 9 -> all(run, random, learned, open);
        case 10 -> run.checkpoint(new State(call + 1, learned, open));
        default -> learned.add("version " + run.version("change-" + call, 0, 2));
      }
    }

    private static List<Spawn<Integer, String>> batch(SplittableRandom random) {
      return IntStream.rangeClosed(0, random.nextInt(4))
          .mapToObj(n -> new Spawn<>(WORKER, random.nextInt(1_000)))
          .toList();
    }

    private static void any(
        RunContext run, SplittableRandom random, List<String> learned, List<Child<String>> open) {
      var waits = new ArrayList<Wait<?>>(some(random, open));
      waits.add(Wait.timer(Duration.ofMinutes(5L * random.nextInt(30))));
      SIGNALS.stream()
          .filter(name -> random.nextBoolean())
          .forEach(
              name -> waits.add(random.nextInt(waits.size()), Wait.signal(name, String.class)));
      var first = run.<Object>awaitAny(waits);
      learned.add(waits.indexOf(first.which()) + " first: " + text(first.value()));
      open.removeIf(first::is);
    }

    private static void all(
        RunContext run, SplittableRandom random, List<String> learned, List<Child<String>> open) {
      var waits = new ArrayList<Wait<?>>(some(random, open));
      if (random.nextBoolean()) {
        waits.add(Wait.timer(Duration.ofMinutes(5L * random.nextInt(30))));
      }
      if (random.nextBoolean()) {
        waits.add(Wait.signal(SIGNALS.get(random.nextInt(2)), String.class));
      }
      if (!waits.isEmpty()) {
        run.<Object>awaitAll(waits).forEach(value -> learned.add("all: " + text(value)));
        open.removeIf(waits::contains);
      }
    }

    private static List<Child<String>> some(SplittableRandom random, List<Child<String>> open) {
      return open.stream().filter(child -> random.nextInt(3) > 0).toList();
    }

    private static String text(Object value) {
      return switch (value) {
        case ChildResult.Succeeded<?> child -> "child " + child.output();
        case ChildResult.Failed<?> child -> "child that " + child.status();
        default -> value.toString();
      };
    }
  }
}
