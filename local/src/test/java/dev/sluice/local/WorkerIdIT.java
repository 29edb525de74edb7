package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pool's group knows a worker by its id, whichever incarnation it is. */
final class WorkerIdIT {
  private static final String ID = "w-1";
  private static final Pattern LIFE = Pattern.compile("w-1\\.[a-z0-9]{8}");

  @Test
  void theNextIncarnationTakesTheDeadOnesPlace() throws Exception {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      Set<TopicPartition> held;
      String deadMember;
      try (var victim = start(cluster, "victim.log")) {
        victim.awaitLine("ready");
        var member = awaitHolder(cluster, "");
        deadMember = member.consumerId();
        held = member.assignment().topicPartitions();
        assertThat(member.groupInstanceId()).isEqualTo(Optional.of(ID));
        victim.kill();
      }

      try (var successor = start(cluster, "successor.log")) {
        var member = awaitHolder(cluster, deadMember);
        successor.awaitLine("ready");

        assertThat(member.groupInstanceId()).isEqualTo(Optional.of(ID));
        assertThat(member.assignment().topicPartitions()).isEqualTo(held);
        cluster.submit("acme", "run", "echo", "1");
        assertThat(cluster.awaitCompletions(1)).hasSize(1);
      }
    }
  }

  @Test
  void aDrainedWorkerLeavesItsPlaceToOthers() {
    try (var cluster = new TestCluster()) {
      var runner = cluster.startRunner(ID, 1);
      awaitHolder(cluster, "");

      runner.close();

      assertThat(members(cluster)).isEmpty();
    }
  }

  @Test
  void takesRunsUnderAnIdThatKafkaTakesForNoMembers() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("rack:7", 1);

      cluster.submit("acme", "run", "echo", "1");

      assertThat(cluster.awaitCompletions(1)).hasSize(1);
    }
  }

  @Test
  void endsWhenAnotherWorkerTakesItsId() throws Exception {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      var first = cluster.startRunner(ID, 1);
      var firstMember = awaitHolder(cluster, "").consumerId();
      var ended =
          new FutureTask<>(
              () -> {
                first.awaitFailure();
                return true;
              });
      Thread.ofVirtual().start(ended);

      var elsewhere = Files.createTempDirectory("sluice-it-elsewhere").toString();
      var config =
          RunnerConfig.from(
              cluster.settings(Map.of("worker.id", ID, "slots", "1", "data.dir", elsewhere)));
      try (var second = Runner.start(config, TestCluster.sampleAgents(), () -> {})) {
        var member = awaitHolder(cluster, firstMember);
        assertThat(ended).succeedsWithin(TestCluster.BOUND);

        first.close();

        assertThat(members(cluster))
            .as("members when the older has drained")
            .extracting(MemberDescription::consumerId)
            .containsExactly(member.consumerId());
        cluster.submit("acme", "run", "probe", "{\"steps\":1,\"step_ms\":1}");
        cluster.awaitCompletions(1);
        assertThat(cluster.history().answers())
            .allSatisfy(
                one -> assertThat(one.answer().getIncarnation()).isEqualTo(second.incarnation()));
      }
    }
  }

  @Test
  @Tag("slow")
  void twoHostsWithOneIdDoNotEndEachOtherForEver() throws Exception {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      var losses = new AtomicInteger();
      try (var one = new Host(cluster, losses)) {
        var first = awaitHolder(cluster, "");
        try (var two = new Host(cluster, losses)) {
          awaitHolder(cluster, first.consumerId());
          Awaitility.await().atMost(TestCluster.BOUND).until(() -> losses.get() == 1);
          // A supervisor is back at once; each return would be a loss of the other.
          Awaitility.await()
              .during(Duration.ofSeconds(8))
              .atMost(TestCluster.BOUND)
              .until(() -> losses.get() == 1);
          cluster.submit("acme", "run-1", "echo", "1");
          cluster.awaitCompletions(1);
          assertThat(two.isAlive()).isTrue();
        }
        cluster.submit("acme", "run-2", "echo", "2");
        cluster.awaitCompletions(2);
        assertThat(one.isAlive()).isTrue();
      }

      assertThat(losses).hasValue(1);
      assertThat(cluster.history().decisions())
          .filteredOn(one -> one.decision().getReason().contains("two workers have one id"))
          .isNotEmpty()
          .allSatisfy(
              one ->
                  assertThat(
                          LIFE.matcher(one.decision().getReason())
                              .results()
                              .map(MatchResult::group))
                      .as("names both")
                      .doesNotHaveDuplicates()
                      .hasSize(2));
    }
  }

  /** Starts its worker again whenever that has ended, as a supervisor does. */
  private static final class Host implements AutoCloseable {
    private final Thread supervisor;

    Host(TestCluster cluster, AtomicInteger losses) throws IOException {
      var folder = Files.createTempDirectory("sluice-it-host").toString();
      var config =
          RunnerConfig.from(
              cluster.settings(Map.of("worker.id", ID, "slots", "1", "data.dir", folder)));
      supervisor = Thread.ofPlatform().start(() -> supervise(config, losses));
    }

    private static void supervise(RunnerConfig config, AtomicInteger losses) {
      while (true) {
        try (var runner = Runner.start(config, TestCluster.sampleAgents(), () -> {})) {
          runner.awaitFailure();
          losses.incrementAndGet();
        } catch (InterruptedException | RuntimeException ended) {
          return;
        }
      }
    }

    boolean isAlive() {
      return supervisor.isAlive();
    }

    @Override
    public void close() {
      supervisor.interrupt();
      try {
        supervisor.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ChildJvm start(TestCluster cluster, String log) throws IOException {
    var arguments = new ArrayList<>(List.of("runner", "--worker-id", ID, "--slots", "1"));
    cluster
        .settings(Map.of("data.dir", cluster.dir.toString()))
        .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return ChildJvm.start(Main.class, cluster.dir.resolve(log), arguments.toArray(String[]::new));
  }

  /** Waits for the one member, other than {@code before}, that holds all partitions. */
  private static MemberDescription awaitHolder(TestCluster cluster, String before) {
    return Awaitility.await()
        .atMost(TestCluster.BOUND)
        .until(() -> holder(cluster, before), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<MemberDescription> holder(TestCluster cluster, String before) {
    var members = members(cluster);
    assertThat(members.stream().map(MemberDescription::consumerId).collect(Collectors.toSet()))
        .as("workers of one id")
        .hasSizeLessThan(2);
    return members.stream()
        .filter(member -> !member.consumerId().equals(before))
        .filter(member -> !member.assignment().topicPartitions().isEmpty())
        .findAny();
  }

  private static Collection<MemberDescription> members(TestCluster cluster) {
    var group = cluster.prefix + "runners.default";
    try (var admin = Admin.create(cluster.client())) {
      var described = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
      return described == null ? List.of() : described.members();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw new AssertionError(e);
    }
  }
}
