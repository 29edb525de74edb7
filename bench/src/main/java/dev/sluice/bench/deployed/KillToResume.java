package dev.sluice.bench.deployed;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.Child;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.verification.Checker;
import dev.sluice.verification.TopicHistoryReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;

/**
 * From SIGKILL of a runner process to the next step of its runs on another, journaled: when its
 * parent saw it exit, and when nobody did and only the TTL tells. Counts what was executed again.
 */
final class KillToResume {
  private static final int WORKERS = 2;
  private static final String GROUP = "runners.default";
  private static final int RUNS = 8;
  private static final int STEPS = 40;
  private static final int STEP_MS = 100;
  private static final int STEPS_BEFORE_KILL = 3;
  private static final long LEASE_TTL_MS = 6_000;
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final LocalStack stack;
  private final GatewayJson client;
  private final List<Double> times = new ArrayList<>();
  private final List<Double> again = new ArrayList<>();

  /** What the group called the workers that were killed: the next of an id has another name. */
  private final Set<String> killed = new HashSet<>();

  private int round;

  private KillToResume(LocalStack stack) {
    this.stack = stack;
    client = new GatewayJson(URI.create(stack.gatewayUrl()));
  }

  static List<Figure> measure(Plan plan) throws Exception {
    var figures = new ArrayList<Figure>();
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, null, WORKERS, RUNS))) {
      stack.prepareReporter();
      var certain = new KillToResume(stack);
      for (int i = 0; i < plan.kills(); i++) {
        certain.kill(stack.process("runner-" + (1 + i % 2)));
      }
      figures.addAll(certain.figures("certain death"));
    }
    if (plan.unseenKills() > 0) {
      try (var stack = LocalStack.start(new StackConfig(0, 0, 0, null, 0, RUNS))) {
        figures.addAll(unseen(stack, plan.unseenKills()));
      }
    }
    return figures;
  }

  /** Runners that the stack knows nothing of: nobody says that one is gone. */
  private static List<Figure> unseen(LocalStack stack, int rounds) throws Exception {
    var silent = new KillToResume(stack);
    var runners = new ArrayList<Child>();
    try {
      runners.add(silent.startRunner(0));
      for (int i = 1; i <= rounds; i++) {
        runners.add(silent.startRunner(i));
        silent.kill(runners.get(i - 1));
      }
      return silent.figures("its TTL of 6 s alone");
    } finally {
      runners.forEach(Child::kill);
    }
  }

  private Child startRunner(int number) {
    var name = "unseen-" + number;
    var runner =
        Child.start(
            name,
            512,
            stack.data().resolve("logs").resolve(name + ".log"),
            List.of(
                "runner",
                "--bootstrap",
                stack.bootstrap(),
                "--registry",
                stack.registry(),
                "--worker-id",
                name,
                "--slots",
                Integer.toString(RUNS),
                "--set",
                "lease.ttl.ms=" + LEASE_TTL_MS,
                "--set",
                "data.dir=" + stack.data()),
            Map.of(LocalStack.PROBE_DIR, stack.data().toString()));
    runner.awaitReady();
    return runner;
  }

  private void kill(Child victim) throws Exception {
    var log = stack.data().resolve("probe-" + round + ".log");
    awaitPartitions();
    submit(log);
    var incarnation = victim.awaitReady().split(" ", 2)[0];
    var worker = incarnation.substring(0, incarnation.lastIndexOf('.'));
    awaitSteps(log, worker);
    var members = members();
    long at = System.currentTimeMillis();
    victim.kill();
    members.stream()
        .filter(member -> member.groupInstanceId().equals(Optional.of(worker)))
        .forEach(member -> killed.add(member.consumerId()));
    for (int i = 0; i < RUNS; i++) {
      client.get("tenant-" + i, id(i), BOUND);
    }
    var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
    times.add((double) Checker.resumedAfterMs(history, incarnation, at));
    var executed = Executed.of(log, history, incarnation);
    if (executed.interrupted() == 0) {
      throw new IllegalStateException(worker + " held no run when it was killed");
    }
    again.add(executed.again() / (double) executed.interrupted());
    round++;
  }

  /**
   * Until the group has forgotten the workers that were killed before and each that lives holds
   * partitions of {@code dispatch}: there must be another to go on.
   */
  private void awaitPartitions() throws Exception {
    long until = System.nanoTime() + BOUND.toNanos();
    var members = members();
    while (!isSettled(members)) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("the workers do not share the partitions: " + members);
      }
      Thread.sleep(50);
      members = members();
    }
  }

  private Collection<MemberDescription> members() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrap()))) {
      var group = admin.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP);
      return group == null || group.groupState() != GroupState.STABLE ? List.of() : group.members();
    }
  }

  private boolean isSettled(Collection<MemberDescription> members) {
    return members.size() == WORKERS
        && members.stream()
            .noneMatch(
                member ->
                    killed.contains(member.consumerId())
                        || member.assignment().topicPartitions().isEmpty());
  }

  private String id(int number) {
    return round + "-" + number;
  }

  private void submit(Path log) {
    var json = new ObjectMapper();
    for (int i = 0; i < RUNS; i++) {
      var body = json.createObjectNode().put("agent", "probe").put("run_id", id(i));
      body.putObject("input")
          .put("steps", STEPS)
          .put("step_ms", STEP_MS)
          .put("log", log.toString());
      client.submit("tenant-" + i, body, null);
    }
  }

  /** Until the victim is amid its runs. */
  private static void awaitSteps(Path log, String worker) throws Exception {
    long until = System.nanoTime() + BOUND.toNanos();
    while (!Files.exists(log) || linesOf(worker, log) < STEPS_BEFORE_KILL * RUNS) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(worker + " executes nothing");
      }
      Thread.sleep(20);
    }
  }

  private static long linesOf(String worker, Path log) throws IOException {
    return Files.readAllLines(log).stream().filter(line -> line.contains(worker)).count();
  }

  private List<Figure> figures(String how) {
    double[] all = times.stream().mapToDouble(time -> time).toArray();
    double[] steps = again.stream().mapToDouble(count -> count).toArray();
    var name = "kill -9 of a runner → next step elsewhere, by " + how;
    return List.of(
        Figure.of(name + ", median", Sample.median(all), "ms"),
        Figure.of(name + ", longest", Arrays.stream(all).max().orElseThrow(), "ms"),
        Figure.of(
            "steps executed again of each run it held, by " + how,
            Arrays.stream(steps).average().orElseThrow(),
            "steps"));
  }
}
