package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.Wait;
import dev.sluice.sdk.signal.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random programs that cancel children and send signals through their tree, whose workers die at
 * each record: by the real gate and the real worker. What the code learned once, it learns again,
 * and nothing is sent twice.
 */
final class TreeProgramsTest {
  private static final int CALLS = 9;
  private static final AgentRef<Integer, String> WORKER =
      AgentRef.of("worker", Integer.class, String.class);

  static LongStream seeds() {
    long one = Long.getLong("simulation.seed", -1);
    return one < 0 ? LongStream.range(0, 16) : LongStream.of(one);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @Timeout(120)
  void endTheSameWhereverTheirWorkersDie(long seed) {
    var run = TestKit.of(new Program(), new Worker()).submit("program", seed).run();

    assertThat(run.status()).as("%s", run).isEqualTo(TestRun.Status.SUCCEEDED);
    run.survivesCrashes();
  }

  @Test
  void programsCancelAndSignalOfEachKind() {
    var learned =
        seeds()
            .mapToObj(seed -> TestKit.of(new Program(), new Worker()).submit("program", seed))
            .map(submission -> submission.run().output(String.class))
            .collect(Collectors.joining());

    for (var delivery :
        List.of(Delivery.DELIVERED, Delivery.ENDED, Delivery.UNKNOWN, Delivery.OTHER_TREE)) {
      assertThat(learned).contains(delivery.name());
    }
    assertThat(learned).contains("CANCELLED").contains("up from");
  }

  private static SplittableRandom random(long seed, int call) {
    return new SplittableRandom(seed * 1_000 + call);
  }

  /** Tells its parent what it does, and may take a hint. */
  private static final class Worker implements Agent<Integer, String> {
    @Override
    public String name() {
      return "worker";
    }

    @Override
    public String run(RunContext run, Integer seed) {
      var random = random(seed, 0);
      var said = new ArrayList<String>();
      for (int call = random.nextInt(4); call > 0; call--) {
        switch (random.nextInt(4)) {
          case 0 -> run.sleep(Duration.ofMinutes(10L * random.nextInt(12)));
          case 1 -> run.signalParent("up", "up from " + seed + " at " + call);
          case 2 ->
              said.add(run.awaitSignal("hint", String.class, Duration.ofHours(1)).orElse("none"));
          default -> {
            said.add(run.await(run.signalParent("up", "asked by " + seed)).name());
            run.sleep(Duration.ofMinutes(1)); // whatever else is at that time has come then
          }
        }
      }
      return "w" + seed + said;
    }
  }

  /** Whatever it learns goes into the names of what it does next: something else is a mismatch. */
  private static final class Program implements Agent<Long, String> {
    record State(int next, List<String> learned, List<Child<String>> children) {}

    @Override
    public String name() {
      return "program";
    }

    @Override
    public String run(RunContext run, Long seed) {
      var state = run.restore(State.class).orElse(new State(0, List.of(), List.of()));
      var learned = new ArrayList<>(state.learned());
      var children = new ArrayList<>(state.children());
      for (int call = state.next(); call < CALLS; call++) {
        make(run, call, random(seed, call), learned, children);
      }
      run.cancel(children.stream().filter(child -> child.number() % 2 == 0).toList());
      run.awaitAll(children).forEach(end -> learned.add("last: " + text(end)));
      var up = run.awaitSignal("up", String.class, Duration.ofHours(1));
      while (up.isPresent()) {
        learned.add(up.get());
        up = run.awaitSignal("up", String.class, Duration.ofHours(1));
      }
      assertThat(learned.stream().filter(one -> one.startsWith("up from")).toList())
          .as("each signal comes once")
          .doesNotHaveDuplicates();
      learned.add(run.now().toString());
      return learned.toString();
    }

    private static void make(
        RunContext run,
        int call,
        SplittableRandom random,
        List<String> learned,
        List<Child<String>> children) {
      var name = call + "-" + Integer.toHexString(learned.hashCode());
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> children.addAll(run.spawnAll(batch(random, call)));
        case 3 -> run.cancel(some(random, children));
        case 4, 5 -> {
          var to = receiver(run, random, children);
          var sent = run.signal(to, "hint", "hint " + name);
          if (random.nextBoolean()) {
            learned.add(run.step("s" + name, String.class, () -> "done"));
          }
          learned.add("hint " + run.await(sent));
          run.sleep(Duration.ofMinutes(1)); // whatever else is at that time has come then
        }
        case 6 -> {
          var waits = new ArrayList<Wait<?>>(some(random, children));
          waits.add(Wait.signal("up", String.class));
          waits.add(Wait.timer(Duration.ofMinutes(5L * random.nextInt(30))));
          learned.add("first: " + text(run.<Object>awaitAny(waits).value()));
        }
        case 7 -> run.checkpoint(new State(call + 1, learned, children));
        case 8 -> run.signal(receiver(run, random, children), "hint", "unasked");
        default -> run.sleep(Duration.ofMinutes(random.nextInt(60)));
      }
    }

    private static List<Spawn<Integer, String>> batch(SplittableRandom random, int call) {
      return IntStream.rangeClosed(0, random.nextInt(3))
          .mapToObj(n -> new Spawn<>(WORKER, 10_000 * call + 1_000 * n + random.nextInt(1_000)))
          .toList();
    }

    private static String receiver(
        RunContext run, SplittableRandom random, List<Child<String>> children) {
      return switch (random.nextInt(children.isEmpty() ? 2 : 8)) {
        case 0 -> run.runId() + "~99";
        case 1 -> "other";
        default -> children.get(random.nextInt(children.size())).runId();
      };
    }

    private static List<Child<String>> some(SplittableRandom random, List<Child<String>> children) {
      var places = new TreeSet<Integer>();
      children.forEach(child -> places.add(random.nextInt(children.size())));
      return places.stream().map(children::get).toList();
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
