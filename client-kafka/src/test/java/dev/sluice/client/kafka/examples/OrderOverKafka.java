package dev.sluice.client.kafka.examples;

import dev.sluice.client.Payload;
import dev.sluice.client.Submission;
import dev.sluice.client.kafka.KafkaOptions;
import dev.sluice.client.kafka.KafkaSubmitter;
import java.time.Duration;

/** Submits a run over Kafka alone and awaits its end. */
public final class OrderOverKafka {
  private OrderOverKafka() {}

  public static void main(String[] arguments) {
    var options = KafkaOptions.of("127.0.0.1:9092", "http://127.0.0.1:8081");
    try (var submitter = KafkaSubmitter.connect(options)) {
      var run =
          submitter.submit(
              Submission.of("acme", "echo").input(Payload.json("{\"article\":\"tea\"}")).build());
      run.await(Duration.ofMinutes(5)).ifPresent(end -> System.out.println(end.result().text()));
    }
  }
}
