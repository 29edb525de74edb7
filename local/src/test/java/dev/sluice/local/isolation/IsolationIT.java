package dev.sluice.local.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.verification.Checker;
import dev.sluice.verification.Latency;
import dev.sluice.verification.TopicHistoryReader;
import dev.sluice.verification.Violation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever somebody does with one core, on topics or over HTTP, the runs of others start as before.
 * Prints the table of docs/isolation.md; {@code -Disolation.seconds=20} takes more time for it,
 * {@code -Disolation.only=random} takes the attacks with this in their name alone.
 */
@Tag("isolation")
final class IsolationIT {
  private static final Duration ROUND =
      Duration.ofSeconds(Integer.getInteger("isolation.seconds", 4));

  private static final int MOST_WARM_UPS = 8;
  private static final int MORE_MEASUREMENTS = 2;
  private static final Duration READY_AGAIN = Duration.ofSeconds(60);
  private static final Duration FROZEN = Duration.ofSeconds(3);

  /** With the three seconds that everything may take. */
  private static final Duration GROWN_WITHIN = Duration.ofSeconds(27);

  private static final String CATALOG = "catalog killed";
  private static final String GATE = "gate killed";
  private static final String BROKER = "broker frozen for 3 s";
  private static final String GROWN = "`runs` grown to twice its partitions";

  /** Names of the outages, in the order in which they happen. */
  static final List<String> OUTAGES = List.of(CATALOG, GATE, BROKER, GROWN);

  private final Timeline timeline = new Timeline();
  private final Table table = new Table(timeline, AttackerProcess.BUSY);
  private double slowness = 1;

  @Test
  void startsTheRunsOfOthersWhateverSomebodyDoes(@TempDir Path data) throws Exception {
    try (var stack = LocalStack.start(new StackConfig(0, 0, 0, data, 1, 32));
        var attacker = new AttackerProcess(target(stack));
        var healthy = new Healthy(stack)) {
      warmUp(healthy);
      measure(attacks(), attacker, healthy);
      for (int i = 0; i < MORE_MEASUREMENTS; i++) {
        measure(
            attacks().stream().filter(timeline::isToBeMeasuredAgain).toList(), attacker, healthy);
      }
      attacks().forEach(table::add);
      outage(CATALOG, healthy, () -> kill("catalog", stack));
      outage(GATE, healthy, () -> kill("gate", stack));
      outage(BROKER, healthy, () -> freeze("broker", stack));
      outage(GROWN, healthy, () -> grow(stack));
      table.print();

      assertThat(table.failures()).isEmpty();
      var history = new TopicHistoryReader(stack.bootstrap(), stack.registry(), "").read();
      assertThat(Checker.check(history, Map.of("free", 2, "pro", 20)).violations())
          .filteredOn(violation -> !isStillUnderWay(violation))
          .isEmpty();
    }
  }

  /** What the attacker submitted waits for its own cap; nobody waited for its end. */
  private static boolean isStillUnderWay(Violation violation) {
    return violation.what().endsWith("has no completion")
        && !violation.what().contains("tenant=" + Healthy.PREFIX);
  }

  private static Attacker.Target target(LocalStack stack) {
    return new Attacker.Target(stack.bootstrap(), stack.registry(), stack.gatewayUrl());
  }

  private static List<Attack> attacks() {
    var only = System.getProperty("isolation.only", "");
    return AttackerProcess.all().stream()
        .filter(attack -> attack.rule().isEmpty() || attack.name().contains(only))
        .toList();
  }

  /** Until the time that runs take no longer falls: it tells what pace of attacks is the usual. */
  private void warmUp(Healthy healthy) throws InterruptedException {
    long before = Long.MAX_VALUE;
    boolean falls = true;
    for (int i = 0; falls && i < MOST_WARM_UPS; i++) {
      long now = healthy.round(ROUND).p50Ms();
      falls = now <= before * 9 / 10;
      before = Math.min(before, now);
    }
    slowness = Timeline.slowness(before);
    System.out.printf(Locale.ROOT, "isolation: attacks at 1/%.2f of their pace%n", slowness);
  }

  /** Windows alone and beside an attack take turns; the first and the last are alone. */
  private void measure(List<Attack> attacks, AttackerProcess attacker, Healthy healthy)
      throws IOException, InterruptedException {
    if (attacks.isEmpty()) {
      return;
    }
    alone(healthy);
    for (var attack : attacks) {
      alone(healthy);
      try {
        var taken = beside(attack, attacker, healthy);
        timeline.beside(attack, taken);
        System.out.printf("%s: p50 %d, longest %d%n", attack.name(), taken.p50Ms(), taken.maxMs());
      } catch (AssertionError e) { // the others are tried all the same
        table.fails(attack.name(), e);
      }
    }
    alone(healthy);
    alone(healthy);
  }

  private void alone(Healthy healthy) throws InterruptedException {
    var others = Others.fromNow();
    timeline.alone(healthy.round(ROUND), others.cores());
  }

  private Latency beside(Attack attack, AttackerProcess attacker, Healthy healthy)
      throws IOException, InterruptedException {
    attacker.begin(attack, slowness);
    try {
      return healthy.round(ROUND);
    } finally {
      attacker.end();
    }
  }

  /** Something happens as the healthy tenants' runs go on. */
  private void outage(String what, Healthy healthy, Callable<Long> happens) throws Exception {
    var tookMs = new FutureTask<>(happens);
    Thread.ofPlatform().start(tookMs);
    try {
      var beside = healthy.round(ROUND);
      table.outage(what, beside, tookMs.get());
    } catch (AssertionError e) {
      table.fails(what, e);
    }
  }

  /** Returns after how many milliseconds its successor was ready. */
  private static long kill(String process, LocalStack stack) {
    long pid = stack.process(process).pid();
    long begin = System.nanoTime();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Awaitility.await().atMost(READY_AGAIN).until(() -> stack.process(process).pid() != pid);
    awaitReady(process, stack);
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  private static void awaitReady(String process, LocalStack stack) {
    var readyz = URI.create(stack.process(process).awaitReady() + "/readyz");
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(readyz).build();
      Awaitility.await()
          .atMost(READY_AGAIN)
          .ignoreExceptions()
          .until(() -> http.send(request, BodyHandlers.discarding()).statusCode() == 200);
    }
  }

  /** Stops a process for a while without its knowing. */
  private static long freeze(String process, LocalStack stack) throws Exception {
    long begin = System.nanoTime();
    signal("STOP", stack.process(process).pid());
    try {
      LockSupport.parkNanos(FROZEN.toNanos());
    } finally {
      signal("CONT", stack.process(process).pid());
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  private static void signal(String name, long pid) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Cannot be taken back. Returns the promised bound: docs/decisions/0026-grown-topics.md. */
  private static long grow(LocalStack stack) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrap()))) {
      var topics = admin.describeTopics(List.of(Topics.RUNS)).allTopicNames().get();
      int partitions = Objects.requireNonNull(topics.get(Topics.RUNS)).partitions().size();
      var more = Map.of(Topics.RUNS, NewPartitions.increaseTo(2 * partitions));
      admin.createPartitions(more).all().get();
    }
    return GROWN_WITHIN.toMillis();
  }
}
