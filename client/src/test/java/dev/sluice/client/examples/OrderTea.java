package dev.sluice.client.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.client.Submission;
import dev.sluice.client.http.HttpSluiceClient;
import java.net.URI;
import java.time.Duration;

/** Submits a run over HTTP and awaits its end. */
public final class OrderTea {
  record Order(String article, int count) {}

  private OrderTea() {}

  public static void main(String[] arguments) {
    var codec = new JacksonCodec(new ObjectMapper());
    try (var sluice = HttpSluiceClient.connect(URI.create(arguments[0]))) {
      var run =
          sluice.submit(
              Submission.of("acme", "echo")
                  .idempotencyKey("order-7")
                  .input(new Order("tea", 2), codec)
                  .label("team", "sales")
                  .build());
      var end = run.await(Duration.ofMinutes(5)).orElseThrow();
      System.out.println(end.result().as(Order.class, codec).article());
    }
  }
}
