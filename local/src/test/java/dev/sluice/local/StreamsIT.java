package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Main;
import dev.sluice.gateway.Gateway;
import dev.sluice.local.EventCaller.Event;
import dev.sluice.local.agents.EchoAgent;
import dev.sluice.local.agents.LlmAgent;
import dev.sluice.local.model.ModelServer;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to runs, as others see it who watch. */
@Tag("slow")
final class StreamsIT {
  private static final int CHUNKS = 200;

  private final Counter counter = new Counter();
  private HttpBed bed;

  /** Emits as many chunks as it is let, each by itself. */
  private static final class Counter implements Agent<Integer, Integer> {
    private final Semaphore may = new Semaphore(0);

    @Override
    public String name() {
      return "counter";
    }

    @Override
    public Integer run(RunContext run, Integer count) {
      run.step(
          "count",
          () -> {
            for (int i = 1; i <= count; i++) {
              may.acquire();
              run.emit(Integer.toString(i).getBytes(StandardCharsets.UTF_8), "text/x-number");
            }
          });
      return count;
    }
  }

  @BeforeEach
  void start() {
    bed = new HttpBed(8, List.of(new EchoAgent(), counter));
  }

  @AfterEach
  void stop() {
    counter.may.release(10 * CHUNKS);
    bed.close();
  }

  private Gateway anotherGateway(Map<String, String> more) {
    var settings = new java.util.HashMap<>(more);
    settings.put("catalogs", bed.catalog.address());
    settings.put("answer.within.ms", "20000");
    settings.put("catalog.within.ms", "20000");
    var gateway = bed.startGateway(settings);
    var caller = new HttpCaller(gateway.address());
    Awaitility.await().atMost(TestCluster.BOUND).until(() -> caller.get("/readyz").status() == 200);
    return gateway;
  }

  private String submit(String run, String agent, String input) throws Exception {
    var body = "{\"run_id\":\"%s\",\"agent\":\"%s\",\"input\":%s}".formatted(run, agent, input);
    var accepted = bed.http.post("/v1/tenants/acme/runs", body);
    assertThat(accepted.status()).isEqualTo(202);
    var location = accepted.header("Location");
    return "/v1/tenants/acme/runs/" + run + "/events" + location.substring(location.indexOf('?'));
  }

  private static List<Event> outputs(List<Event> events) {
    return events.stream().filter(Event::isOutput).toList();
  }

  private static List<String> texts(List<Event> events) {
    return outputs(events).stream().map(Event::text).toList();
  }

  private static List<Long> numbers(List<Event> events) {
    return outputs(events).stream().map(event -> event.data().path("number").asLong()).toList();
  }

  private static List<Long> upTo(long count) {
    return LongStream.rangeClosed(1, count).boxed().toList();
  }

  private static List<String> statuses(List<Event> events) {
    return events.stream()
        .filter(event -> event.name().equals("state"))
        .map(event -> event.data().path("status").asText())
        .toList();
  }

  private static void assertEndsWhole(List<Event> events, String status) {
    var end = events.getLast();
    assertThat(end.name()).as("%s", events).isEqualTo("end");
    assertThat(end.data().path("status").asText()).isEqualTo(status);
    assertThat(end.data().path("truncated").asBoolean(true)).as("%s", end).isFalse();
  }

  private static ChildJvm victim(TestCluster cluster, Map<String, String> environment)
      throws IOException {
    var arguments = new ArrayList<String>(List.of("runner", "--worker-id", "victim"));
    cluster
        .settings(Map.of("data.dir", cluster.dir.toString()))
        .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return ChildJvm.start(
        Main.class,
        cluster.dir.resolve("victim.log"),
        environment,
        arguments.toArray(String[]::new));
  }

  @Test
  void aStreamGoesOnAtAnotherGatewayWhenTheRunsWorkerIsKilled() throws Exception {
    try (var model = new ModelServer();
        var other = anotherGateway(Map.of())) {
      model.reply(model.stall("Twen")).reply(ModelServer.answer(50, 5, "Twenty", "-three days."));
      var environment =
          Map.of("OPENAI_BASE_URL", model.url().toString(), "OPENAI_API_KEY", "secret-key");
      String last;
      try (var victim = victim(bed.cluster, environment)) {
        victim.awaitLine("ready");
        var path = submit("r1", "llm", "{\"prompt\":\"How long until Christmas?\"}");
        try (var caller = EventCaller.open(bed.gateway.address() + path, null)) {
          var before = caller.until(Event::isOutput);
          assertThat(statuses(before)).isNotEmpty();
          assertThat(texts(before)).containsExactly("Twen");
          last = caller.last();
        }
        victim.kill();
      }
      bed.cluster.startRunner("survivor", 4, List.of(new LlmAgent(environment::get)));

      List<Event> after;
      try (var caller =
          EventCaller.open(other.address() + "/v1/tenants/acme/runs/r1/events", last)) {
        after = caller.toEnd();
        last = caller.last();
      }

      assertThat(statuses(after)).contains("QUEUED");
      assertThat(String.join("", texts(after))).isEqualTo("Twenty-three days.");
      assertThat(outputs(after)).allMatch(event -> event.data().path("epoch").asInt() == 2);
      assertThat(numbers(after)).isEqualTo(upTo(outputs(after).size()));
      assertEndsWhole(after, "SUCCEEDED");
      assertLateStreamsSeeTheSame(other, Objects.requireNonNull(last));
    }
  }

  /** Both chunks stand at one position: the second replaces the first. */
  private void assertLateStreamsSeeTheSame(Gateway other, String last) throws Exception {
    try (var late =
        EventCaller.open(bed.gateway.address() + "/v1/tenants/acme/runs/r1/events", null)) {
      var all = late.toEnd();
      assertThat(statuses(all)).containsExactly("SUCCEEDED");
      assertThat(String.join("", texts(all))).isEqualTo("TwenTwenty-three days.");
      assertThat(outputs(all))
          .extracting(event -> event.data().path("position").asInt())
          .containsOnly(1);
      assertEndsWhole(all, "SUCCEEDED");
    }
    for (var follow : List.of("true", "false")) {
      var http = new HttpCaller(other.address());
      var plain = http.get("/v1/tenants/acme/runs/r1/output?follow=" + follow);
      assertThat(plain.http().body()).isEqualTo("TwenTwenty-three days.");
    }
    var request =
        java.net.http.HttpRequest.newBuilder(
                java.net.URI.create(other.address() + "/v1/tenants/acme/runs/r1/events"))
            .header("Last-Event-ID", last);
    var nothing =
        java.net.http.HttpClient.newHttpClient()
            .send(request.build(), java.net.http.HttpResponse.BodyHandlers.ofString());
    assertThat(nothing.statusCode()).as("an EventSource need not come back").isEqualTo(204);
  }

  @Test
  void nothingIsMissedWhenAGatewayStops() throws Exception {
    try (var other = anotherGateway(Map.of())) {
      var path = submit("r2", "counter", Integer.toString(CHUNKS));
      counter.may.release(50);
      List<Event> before;
      String last;
      var stopping = anotherGateway(Map.of());
      try (var caller = EventCaller.open(stopping.address() + path, null)) {
        before = new ArrayList<>(caller.until(event -> event.data().path("number").asInt() == 20));
        counter.may.release(50);
        stopping.close();
        before.addAll(caller.toEnd());
        last = caller.last();
      }
      assertThat(before.getLast().name()).as("the run has not ended").isNotEqualTo("end");
      counter.may.release(CHUNKS);

      try (var caller =
          EventCaller.open(other.address() + "/v1/tenants/acme/runs/r2/events", last)) {
        var after = caller.toEnd();

        var all = new ArrayList<>(before);
        all.addAll(after);
        assertThat(numbers(all)).isEqualTo(upTo(CHUNKS));
        assertEndsWhole(after, "SUCCEEDED");
      }
    }
  }

  @Test
  void aTenantsStreamTellsOfAllItsRunsAndOfNoOther() throws Exception {
    var path = "/v1/tenants/acme/events";
    String last;
    try (var caller = EventCaller.open(bed.gateway.address() + path, null)) {
      bed.http.post("/v1/tenants/other/runs", "{\"run_id\":\"no\",\"agent\":\"echo\"}");
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(
              () ->
                  bed.http
                      .get("/v1/tenants/other/runs/no?wait=PT10S&at=submissions-0-0")
                      .json()
                      .has("completed_at"));
      submit("e1", "echo", "1");
      var seen = new HashSet<String>(); // the topics have no common order
      var first =
          caller.until(
              event -> {
                seen.add(event.name() + event.data().path("status").asText());
                return seen.containsAll(Set.of("stateDISPATCHED", "endSUCCEEDED"));
              });
      assertThat(first)
          .extracting(event -> event.data().path("run_id").asText())
          .containsOnly("e1");
      last = caller.last();
    }
    submit("e2", "echo", "2");
    try (var other = anotherGateway(Map.of());
        var caller = EventCaller.open(other.address() + path, last)) {
      var then = caller.until(event -> event.name().equals("end"));
      assertThat(then.getLast().data().path("run_id").asText()).isEqualTo("e2");
    }
  }

  @Test
  void refusesWhatIsNotThereAndMoreStreamsThanItMayHave() throws Exception {
    bed.http.get("/v1/tenants/acme/runs/unknown/events").assertProblem(404, "unknown");
    bed.http.get("/v1/tenants/acme/runs/unknown/output").assertProblem(404, "unknown");
    bed.http.get("/v1/tenants/acme/runs/r/output?follow=maybe").assertProblem(400, "follow");
    var path = submit("r3", "counter", "1");
    try (var small = anotherGateway(Map.of("streams.max.per.tenant", "1"))) {
      var http = new HttpCaller(small.address());
      var caller = EventCaller.open(small.address() + path, null);
      http.get(path).assertProblem(429, "streams");
      caller.close();
      Awaitility.await()
          .atMost(TestCluster.BOUND)
          .until(() -> http.get("/metrics").http().body().contains("sluice_gateway_streams 0.0"));
      counter.may.release();
      assertThat(http.get(path).status()).isEqualTo(200);
    }
  }

  /** Emission, the broker, one reader, and many streams; all in one JVM, callers included. */
  @Test
  void manyStreamsOfOneRunAllSeeAllOfIt() throws Exception {
    int many = Integer.getInteger("streams.count", 300);
    var path = submit("r4", "counter", Integer.toString(CHUNKS));
    var callers = new ArrayList<EventCaller>();
    try {
      long before = usedBytes();
      for (int i = 0; i < many; i++) {
        callers.add(EventCaller.open(bed.gateway.address() + path, null));
      }
      for (var caller : callers) {
        caller.until(event -> event.data().path("status").asText().equals("RUNNING"));
      }
      long each = (usedBytes() - before) / many;
      counter.may.release();
      long began = System.nanoTime();
      for (var caller : callers) {
        assertThat(numbers(caller.until(Event::isOutput))).containsExactly(1L);
      }
      long tookMs = (System.nanoTime() - began) / 1_000_000;
      counter.may.release(CHUNKS);
      for (var caller : callers) {
        var rest = caller.toEnd();
        assertThat(numbers(rest)).isEqualTo(upTo(CHUNKS).subList(1, CHUNKS));
        assertEndsWhole(rest, "SUCCEEDED");
      }
      System.out.printf(
          "%d streams: %d bytes of heap each, with their callers; a chunk at all of them in %d ms%n",
          many, each, tookMs);
      assertThat(each).isLessThan(400_000);
    } finally {
      callers.forEach(EventCaller::close);
    }
  }

  private static long usedBytes() {
    var runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
