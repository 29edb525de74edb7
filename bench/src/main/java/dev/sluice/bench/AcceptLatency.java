package dev.sluice.bench;

import dev.sluice.schemas.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** How long a submission over HTTP takes, against a bare produce; one after the other. */
final class AcceptLatency {
  private static final int WARM_UP = 1_500;
  private static final int MEASURED = 1_500;

  private AcceptLatency() {}

  static List<Figure> measure(Bed bed) throws Exception {
    var topics = bed.createTopics("accept.");
    var floor = new Sample(MEASURED);
    var accepted = new Sample(MEASURED);
    var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try (var gateway = bed.gateway("accept.");
        var producer = bed.producer()) {
      var request =
          HttpRequest.newBuilder(URI.create(gateway.address() + "/v1/tenants/acme/runs"))
              .POST(HttpRequest.BodyPublishers.ofString("{\"agent\":\"none\",\"input\":{\"a\":1}}"))
              .build();
      byte[] value = new byte[100];
      for (int i = 0; i < WARM_UP + MEASURED; i++) {
        long start = System.nanoTime();
        producer.send(new ProducerRecord<>(topics.name(Topics.OUTPUTS), value)).get();
        long middle = System.nanoTime();
        var answer = http.send(request, HttpResponse.BodyHandlers.discarding());
        long end = System.nanoTime();
        if (answer.statusCode() != 202) {
          throw new IllegalStateException("the gateway answered " + answer.statusCode());
        }
        if (i >= WARM_UP) {
          floor.add(middle - start);
          accepted.add(end - middle);
        }
      }
    }
    return List.of(
        Figure.of("accept latency over HTTP, p50", accepted.ms(50), "ms", floor.ms(50)),
        Figure.of("accept latency over HTTP, p99", accepted.ms(99), "ms", floor.ms(99)));
  }
}
