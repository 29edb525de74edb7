package dev.sluice.local.demo;

import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.demo.DemoReport.Kill;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.local.trace.TopicTail;
import dev.sluice.local.trace.TraceReplay;
import dev.sluice.local.trace.TraceRun;
import dev.sluice.local.trace.TraceScale;
import dev.sluice.local.trace.Traces;
import dev.sluice.verification.TopicHistoryReader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code sluice demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Replays real traces on a local stack, kills a runner, and prints a report.")
public final class DemoCommand implements Callable<Integer> {
  private static final int SLOTS = 128;
  private static final long LONGEST_RUN_MS = 10_000;
  private static final Duration LLM_SPAN = Duration.ofMinutes(20);
  private static final TraceScale LLM = new TraceScale(40, 15, LONGEST_RUN_MS);
  private static final TraceScale JOBS = new TraceScale(2_880, 4, LONGEST_RUN_MS);
  private static final Duration KILL_AFTER = Duration.ofSeconds(15);
  private static final Duration LONGEST = Duration.ofSeconds(100);
  private static final Map<String, Integer> PLANS = Map.of("free", 2, "pro", 20);
  private static final int LLM_TENANTS_ON_PRO = 12;

  private static final int INTERRUPTED = 130;

  @Override
  public Integer call() throws InterruptedException {
    System.out.println(
        "Starting a local stack: Kafka, registry, gate, catalog, gateway, 2 runners");
    var config = new StackConfig(0, 0, 0, null, 2, SLOTS);
    try (var stack = LocalStack.start(config, line -> System.out.println("  " + line))) {
      stack.prepareReporter();
      return replay(stack);
    }
  }

  private static int replay(LocalStack stack) throws InterruptedException {
    var runs = new ArrayList<>(Traces.llm(LLM, LLM_SPAN));
    int requests = runs.size();
    runs.addAll(Traces.busiestDayOfJobs(JOBS));
    introduce(requests, runs);
    try (var replay = new TraceReplay(stack.bootstrap(), stack.registry(), "");
        var tail = new TopicTail(stack.bootstrap(), stack.registry(), "")) {
      plans(runs).forEach(replay::plan);
      var feeder = Thread.ofPlatform().name("replay").daemon().start(() -> feed(replay, runs));
      var kill = watch(stack, replay, tail, feeder, runs.size());
      if (stack.isStopping()) {
        return INTERRUPTED;
      }
      var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
      return DemoReport.print(history, PLANS, kill, System.out) ? 0 : 1;
    }
  }

  private static void introduce(int requests, List<TraceRun> runs) {
    long tenants = runs.stream().map(TraceRun::tenant).distinct().count();
    System.out.printf(
        """

        Replaying %d runs of %d tenants from two real traces:
          %d LLM requests of 20 minutes, 40 times as fast, spread by Zipf's law
          %d jobs of 23 users, a job log's busiest day, 2880 times as fast
        What they compute is replaced by waiting as long (stretched 15 and 4 times, at
        most %d s). Caps: free %d, pro %d. One of the two runners is killed after %d s.

        """,
        runs.size(),
        tenants,
        requests,
        runs.size() - requests,
        LONGEST_RUN_MS / 1_000,
        PLANS.get("free"),
        PLANS.get("pro"),
        KILL_AFTER.toSeconds());
  }

  /** The job log's users and the largest LLM tenants are on pro, the rest on free. */
  private static Map<String, String> plans(List<TraceRun> runs) {
    var plans = new HashMap<String, String>();
    for (var run : runs) {
      boolean pro =
          run.tenant().startsWith("user-")
              || Integer.parseInt(run.tenant().substring("llm-".length())) <= LLM_TENANTS_ON_PRO;
      plans.put(run.tenant(), pro ? "pro" : "free");
    }
    return plans;
  }

  private static void feed(TraceReplay replay, List<TraceRun> runs) {
    try {
      replay.replay(runs, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable Kill watch(
      LocalStack stack, TraceReplay replay, TopicTail tail, Thread feeder, int all)
      throws InterruptedException {
    var view = new LiveView(new GatewayJson(URI.create(stack.gatewayUrl())), tail, System.out);
    long start = System.nanoTime();
    Kill kill = null;
    while (!stack.isStopping() && (feeder.isAlive() || tail.completed() < replay.submitted())) {
      var passed = Duration.ofNanos(System.nanoTime() - start);
      if (passed.compareTo(LONGEST) > 0) {
        System.out.println("giving up after " + LONGEST.toSeconds() + " s");
        break;
      }
      if (kill == null && passed.compareTo(KILL_AFTER) > 0) {
        kill = kill(stack, tail, view);
      }
      view.show(new LiveView.Progress(passed, replay.submitted(), all));
      Thread.sleep(view.pauseMs());
    }
    return kill;
  }

  private static Kill kill(LocalStack stack, TopicTail tail, LiveView view) {
    var runner = stack.process("runner-1");
    var incarnation = runner.awaitReady().split(" ", 2)[0];
    int held = tail.heldBy(incarnation);
    long at = System.currentTimeMillis();
    runner.kill();
    view.say(
        "%d s: kill -9 %d, worker %s, which held %d runs"
            .formatted(KILL_AFTER.toSeconds(), runner.pid(), incarnation, held));
    return new Kill(incarnation, at);
  }
}
