package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.KeepAliveClient;
import dev.sluice.bench.measure.Sample;
import dev.sluice.bench.measure.Turns;
import dev.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * Latency of a submission over HTTP on an open connection, compared with a plain acks=all produce
 * of the same record to a topic of the same kind; one after the other.
 */
final class AcceptLatency {
  private static final Turns TURNS = new Turns(100, 50, 100);
  private static final Turns PACED_TURNS = new Turns(1, 10, 100);
  private static final long PERIOD_NANOS = 10_000_000;
  private static final int ACCEPTED = 202;
  private static final int OK = 200;
  private static final String PATH = "/v1/tenants/acme/runs";
  private static final String BODY = "{\"agent\":\"none\",\"input\":{\"a\":1}}";

  private AcceptLatency() {}

  static List<Figure> measure(Bed bed) throws Exception {
    bed.createTopics("accept.");
    var floorTopics = bed.createTopics("accept-floor.");
    var submissions = new Submissions(floorTopics.name(Topics.RUNS), bed.serdes());
    // As long as the gateway's: it makes an id of 36 characters.
    var record =
        submissions.of("acme", "0123456789abcdef0123456789abcdef0123", "none", "{\"a\":1}");
    try (var gateway = bed.gateway("accept.");
        var producer = bed.producer();
        var client = new KeepAliveClient(URI.create(gateway.address()));
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      byte[] submit = client.request("POST", PATH, BODY);
      byte[] health = client.request("GET", "/healthz", "");
      var jdkSubmit =
          HttpRequest.newBuilder(URI.create(gateway.address() + PATH))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(BODY))
              .build();
      var samples =
          TURNS.measure(
              Turns.of(() -> producer.send(record).get()),
              Turns.of(() -> require(ACCEPTED, client.exchange(submit))),
              Turns.of(() -> require(OK, client.exchange(health))),
              Turns.of(() -> require(ACCEPTED, http.send(jdkSubmit, discarding()).statusCode())));
      var paced =
          PACED_TURNS.measure(
              Turns.paced(PERIOD_NANOS, () -> producer.send(record).get()),
              Turns.paced(PERIOD_NANOS, () -> require(ACCEPTED, client.exchange(submit))));
      return figures(samples, paced);
    }
  }

  private static List<Figure> figures(List<Sample> samples, List<Sample> paced) {
    var floor = samples.get(0);
    var accept = samples.get(1);
    return List.of(
        pair("accept latency over HTTP at 100/s, p50", paced, 50),
        pair("accept latency over HTTP at 100/s, p99", paced, 99),
        Figure.of("accept latency over HTTP, p50", accept.ms(50), "ms", floor.ms(50)),
        Figure.of("accept latency over HTTP, p99", accept.ms(99), "ms", floor.ms(99)),
        Figure.of("the same with the JDK's HTTP client, p50", samples.get(3).ms(50), "ms"),
        Figure.of(
            "of these, an HTTP exchange that does nothing, p50", samples.get(2).ms(50), "ms"));
  }

  private static Figure pair(String name, List<Sample> samples, double percentile) {
    return Figure.of(name, samples.get(1).ms(percentile), "ms", samples.get(0).ms(percentile));
  }

  private static HttpResponse.BodyHandler<Void> discarding() {
    return HttpResponse.BodyHandlers.discarding();
  }

  private static void require(int expected, int status) throws IOException {
    if (status != expected) {
      throw new IOException("the gateway answered " + status + ", not " + expected);
    }
  }
}
