package dev.sluice.local.demo;

import dev.sluice.gateway.client.SluiceClient;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.local.trace.ReportPrinter;
import dev.sluice.local.trace.TopicTail;
import dev.sluice.local.trace.TraceReplay;
import dev.sluice.local.trace.TraceRun;
import dev.sluice.local.trace.TraceScale;
import dev.sluice.local.trace.Traces;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sluice demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Replays real traces of many tenants on a local stack, kills a runner in the middle,",
      "and reports what the topics say of it."
    })
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

  @Override
  public Integer call() throws InterruptedException {
    System.out.println("Starting Kafka, registry, gate, catalog, gateway and two runners …");
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, null, 2, SLOTS))) {
      stack.prepareReporter();
      return replay(stack);
    }
  }

  private static int replay(LocalStack stack) throws InterruptedException {
    var runs = new ArrayList<>(Traces.llm(LLM, LLM_SPAN));
    runs.addAll(Traces.busiestDayOfJobs(JOBS));
    long tenants = runs.stream().map(TraceRun::tenant).distinct().count();
    System.out.printf(
        "Replaying %d runs of %d tenants: 20 minutes of LLM requests at 40 times their speed, the"
            + " busiest day of a job log at 2880 times, durations stretched 15 and 4 times and cut"
            + " at %d s.%n",
        runs.size(), tenants, LONGEST_RUN_MS / 1_000);
    try (var replay = new TraceReplay(stack.bootstrap(), stack.registry(), "");
        var tail = new TopicTail(stack.bootstrap(), stack.registry(), "")) {
      plans(runs).forEach(replay::plan);
      var feeder = Thread.ofPlatform().name("replay").start(() -> feed(replay, runs));
      var kill = watch(stack, replay, tail, feeder, runs.size());
      return report(stack, kill);
    }
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

  private record Kill(String incarnation, long atMs) {}

  private static Kill watch(
      LocalStack stack, TraceReplay replay, TopicTail tail, Thread feeder, int all)
      throws InterruptedException {
    var view = new LiveView(new SluiceClient(URI.create(stack.gatewayUrl())), tail, System.out);
    long start = System.nanoTime();
    Kill kill = null;
    while (feeder.isAlive() || tail.completed() < replay.submitted()) {
      var passed = Duration.ofNanos(System.nanoTime() - start);
      if (passed.compareTo(LONGEST) > 0) {
        System.out.println("giving up after " + LONGEST.toSeconds() + " s");
        break;
      }
      if (kill == null && passed.compareTo(KILL_AFTER) > 0) {
        kill = kill(stack, view);
      }
      view.show(passed, replay.submitted(), tail.completed(), all);
      Thread.sleep(view.pauseMs());
    }
    return kill == null ? new Kill("", 0) : kill;
  }

  private static Kill kill(LocalStack stack, LiveView view) {
    var runner = stack.process("runner-1");
    var incarnation = runner.awaitReady().split(" ", 2)[0];
    view.say("kill -9 " + runner.pid() + " (" + incarnation + ")");
    long at = System.currentTimeMillis();
    runner.kill();
    return new Kill(incarnation, at);
  }

  private static int report(LocalStack stack, Kill kill) {
    System.out.println();
    System.out.println(
        "Read back from the topics by the checker, which shares no code with the gate:");
    var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
    var report = Checker.check(history, PLANS);
    ReportPrinter.print(report, System.out);
    ReportPrinter.row(
        System.out,
        "kill -9 to the first step elsewhere",
        Checker.resumedAfterMs(history, kill.incarnation(), kill.atMs()) + " ms");
    ReportPrinter.row(
        System.out,
        "steps in progress at the kill, begun again",
        Checker.interrupted(history, kill.incarnation()));
    System.out.println(report.isClean() ? "Nothing lost, nothing twice." : "NOT CLEAN");
    return report.isClean() ? 0 : 1;
  }
}
