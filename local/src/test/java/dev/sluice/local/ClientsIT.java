package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Payload;
import dev.sluice.client.RunEnd;
import dev.sluice.client.RunStatus;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Submission;
import dev.sluice.client.SubmittedRun;
import dev.sluice.client.Submitter;
import dev.sluice.client.http.HttpOptions;
import dev.sluice.client.http.HttpSluiceClient;
import dev.sluice.client.http.Retries;
import dev.sluice.client.kafka.KafkaOptions;
import dev.sluice.client.kafka.KafkaSubmitter;
import dev.sluice.local.stack.LocalStack;
import dev.sluice.local.stack.StackConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Services that submit, against real processes that are killed under them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
final class ClientsIT {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final int CALLERS = 100;
  private static final int SUBMISSIONS = 200;
  private static final int KILL_EACH = 60;
  private static final Retries PATIENT =
      new Retries(100, BOUND, Duration.ofMillis(50), Duration.ofSeconds(1));

  private Path data;
  private LocalStack stack;

  @BeforeAll
  void start(@TempDir Path folder) {
    data = folder;
    stack = LocalStack.start(new StackConfig(0, 0, 0, folder, 2, 16));
  }

  @AfterAll
  void stop() {
    stack.close();
  }

  private KafkaSubmitter overKafka() {
    return KafkaSubmitter.connect(
        KafkaOptions.of(stack.bootstrap(), stack.registry()).answeredWithin(BOUND));
  }

  private SluiceClient overHttp() {
    return HttpSluiceClient.connect(HttpOptions.to(URI.create(stack.gatewayUrl())).trying(PATIENT));
  }

  private static Payload input(int number) {
    return Payload.json("{ \"number\": %d.0 , \"text\":\"\\u00e4\" }".formatted(number));
  }

  @Test
  void hundredCallersSubmitAndAwaitOverKafkaWithOneConsumer() throws Exception {
    try (var submitter = overKafka();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var together = new CyclicBarrier(CALLERS);
      var ends = new ArrayList<Future<RunEnd>>();
      for (int i = 0; i < CALLERS; i++) {
        ends.add(callers.submit(caller(submitter, together, i)));
      }
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> thread.getName().equals("sluice-client-ends"))
          .hasSize(1);
      for (int i = 0; i < CALLERS; i++) {
        var end = ends.get(i).get();
        assertThat(end.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(end.tenant()).isEqualTo("kafka-" + i % 10);
        assertThat(end.labels()).containsEntry("caller", "" + i);
        assertThat(end.result().text()).contains("\"number\":" + i + ".0");
      }
      assertThat(submitter.awaited()).isZero();
    }
  }

  private static Callable<RunEnd> caller(Submitter submitter, CyclicBarrier together, int i) {
    return () -> {
      together.await();
      var run =
          submitter.submit(
              Submission.of("kafka-" + i % 10, "echo")
                  .input(input(i))
                  .label("caller", "" + i)
                  .build());
      return run.await(BOUND).orElseThrow();
    };
  }

  /** Both doors make one run of one key, and one output of one run. */
  @Test
  void whatGoesInOverHttpComesOutTheSameAsOverKafka() {
    try (var http = overHttp();
        var kafka = overKafka()) {
      var submission =
          Submission.of("both", "echo").idempotencyKey("the same").input(input(7)).build();
      var first = kafka.submit(submission);
      var again = http.submit(submission);

      assertThat(again.runId()).isEqualTo(first.runId());
      var overKafka = first.await(BOUND).orElseThrow();
      var overHttp = again.await(BOUND).orElseThrow();
      assertThat(overHttp).isEqualTo(overKafka);
      assertThat(http.get("both", first.runId()).orElseThrow().pool()).isEqualTo("default");
    }
  }

  @Test
  void everySubmissionOverHttpReturnsAndRunsOnceWhileGatewaysAreKilled() throws Exception {
    var log = data.resolve("http.log");
    var input = Payload.json("{\"steps\":1,\"step_ms\":1,\"log\":\"" + log + "\"}");
    var submitted = new AtomicInteger();
    try (var http = overHttp();
        var callers = Executors.newFixedThreadPool(4)) {
      var sent = new ArrayList<Future<SubmittedRun>>();
      for (int i = 0; i < SUBMISSIONS; i++) {
        var run = Submission.of("http-" + i % 7, "probe").input(input).build();
        sent.add(
            callers.submit(
                () -> {
                  if (submitted.incrementAndGet() % KILL_EACH == 0) {
                    stack.process("gateway").kill(); // with what others have under way
                  }
                  return http.submit(run);
                }));
      }
      var runs = new ArrayList<String>();
      for (var one : sent) {
        var run = one.get();
        runs.add(run.runId());
        assertThat(run.await(BOUND).orElseThrow().status()).isEqualTo(RunStatus.SUCCEEDED);
      }
      var executed = lines(log).stream().map(line -> line.split(" ", -1)[0]).toList();
      assertThat(executed).containsExactlyInAnyOrderElementsOf(runs);
    }
  }

  @Test
  void allAwaitsAnswerWhenTheBrokerHasBeenAway() throws Exception {
    var log = data.resolve("away.log");
    try (var kafka = overKafka();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var before = new ArrayList<SubmittedRun>();
      for (int i = 0; i < 20; i++) {
        before.add(kafka.submit(slow("away-" + i % 10, log)));
      }
      Awaitility.await().atMost(BOUND).until(() -> !lines(log).isEmpty());
      var awaited =
          before.stream()
              .map(run -> callers.submit(() -> run.await(BOUND.multipliedBy(2))))
              .toList();

      stack.crashBroker();

      var after = callers.submit(() -> insist(kafka, slow("away-after", log)));
      for (var end : awaited) {
        assertThat(end.get().orElseThrow().status()).isEqualTo(RunStatus.SUCCEEDED);
      }
      assertThat(after.get().await(BOUND).orElseThrow().isSuccess()).isTrue();
      assertThat(kafka.awaited()).isZero();
    }
  }

  private static Submission slow(String tenant, Path log) {
    return Submission.of(tenant, "probe")
        .input(Payload.json("{\"steps\":4,\"step_ms\":500,\"log\":\"" + log + "\"}"))
        .build();
  }

  /** As the documentation says: again under the id that the exception names. */
  private static SubmittedRun insist(Submitter submitter, Submission run) {
    try {
      return submitter.submit(run);
    } catch (SluiceException.Unavailable e) {
      return submitter.submit(
          Submission.of(run.tenant(), run.agent())
              .runId(e.runId().orElseThrow())
              .input(run.input())
              .build());
    }
  }

  private static List<String> lines(Path log) throws IOException {
    return Files.exists(log) ? Files.readAllLines(log, StandardCharsets.UTF_8) : List.of();
  }
}
