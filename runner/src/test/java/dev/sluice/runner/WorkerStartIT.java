package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.runner.execution.TestAgent;
import dev.sluice.runner.io.Clients;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

/** A worker that cannot be built, at each place where that may happen. */
final class WorkerStartIT {
  private static final int CLIENTS = 5;
  private static final Host HOST = Host.ofProcess(() -> {}, reason -> {});

  /** Fails to make one of its clients. */
  private static final class Failing extends Clients {
    private int left;

    Failing(RunnerConfig config, int failing) {
      super(config.kafka());
      left = failing;
    }

    private void count() {
      if (left-- == 0) {
        throw new IllegalStateException("this one fails");
      }
    }

    @Override
    public KafkaProducer<byte[], byte[]> producer(int deliveryTimeoutMs) {
      count();
      return super.producer(deliveryTimeoutMs);
    }

    @Override
    public Consumer<byte[], byte[]> dispatchConsumer(String group, String worker) {
      count();
      return super.dispatchConsumer(group, worker);
    }

    @Override
    public Consumer<byte[], byte[]> replayConsumer() {
      count();
      return super.replayConsumer();
    }

    @Override
    public Consumer<byte[], byte[]> controlConsumer() {
      count();
      return super.controlConsumer();
    }
  }

  private static final List<String> OURS =
      List.of(
          "kafka-producer",
          "dispatch-",
          "control",
          "journal-reader",
          "heartbeats",
          "deadlines",
          "runner-faults");

  private static Set<String> threads() {
    Predicate<Thread> ours =
        thread -> OURS.stream().anyMatch(prefix -> thread.getName().startsWith(prefix));
    var names = new TreeSet<String>();
    Thread.getAllStackTraces().keySet().stream()
        .filter(ours)
        .forEach(thread -> names.add(thread.getName() + thread.threadId()));
    return names;
  }

  /** Kafka registers each client until it is closed, also one without a thread. */
  private static Set<ObjectName> clients() {
    var names = new HashSet<ObjectName>();
    for (var domain : List.of("kafka.consumer", "kafka.producer", "kafka.admin.client")) {
      try {
        var pattern = new ObjectName(domain + ":type=app-info,*");
        names.addAll(ManagementFactory.getPlatformMBeanServer().queryNames(pattern, null));
      } catch (MalformedObjectNameException e) {
        throw new IllegalStateException(e);
      }
    }
    return names;
  }

  @Test
  void leavesNoThreadNoClientAndNoLockBehindWhereverItFails() {
    try (var bed = new WorkerBed()) {
      var before = threads();
      var clientsBefore = clients();
      var agents = new ArrayList<>(List.of(TestAgent.of(run -> 1)));
      var config = bed.config(Map.of());
      for (int failing = 0; failing < CLIENTS; failing++) {
        var clients = new Failing(config, failing);

        assertThatThrownBy(() -> Worker.start(config, new ArrayList<>(agents), HOST, clients))
            .hasMessage("this one fails");
      }
      var taken = bed.config(Map.of("http.port", "1", "http.host", "203.0.113.1"));
      assertThatThrownBy(() -> Worker.start(taken, new ArrayList<>(agents), () -> {}))
          .hasMessageContaining("203.0.113.1");

      await().atMost(WorkerBed.BOUND).untilAsserted(() -> assertThat(threads()).isEqualTo(before));
      assertThat(clients()).isEqualTo(clientsBefore);
      try (var worker = Worker.start(config, new ArrayList<>(agents), () -> {})) {
        assertThat(worker.incarnation()).as("the id is free").startsWith("w.");
      }
    }
  }
}
