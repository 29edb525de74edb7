package dev.sluice.gateway;

import dev.sluice.http.message.Problem;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;

/**
 * Refuses at once what would only wait: once a producer's buffer is nearly full, its senders stand
 * still until Kafka has taken something, and every further request would hold a thread and a body.
 */
final class SendRoom {
  private static final double LEAST = 0.1;

  private final DoubleSupplier available;
  private final double total;

  SendRoom(DoubleSupplier available, double total) {
    this.available = available;
    this.total = total;
  }

  /** That of a producer's buffer. */
  static SendRoom of(Producer<?, ?> producer) {
    var available = metric(producer, "buffer-available-bytes");
    return new SendRoom(
        () -> ((Number) available.metricValue()).doubleValue(),
        ((Number) metric(producer, "buffer-total-bytes").metricValue()).doubleValue());
  }

  private static Metric metric(Producer<?, ?> producer, String name) {
    return producer.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the producer has no metric " + name));
  }

  /**
   * Checks that there is room.
   *
   * @param what names the thing for the message of a failure
   * @throws Problem 503 if nine tenths of the buffer are in use
   */
  void require(String what) {
    if (available.getAsDouble() < total * LEAST) {
      throw Problem.unavailable(
          what + " was not accepted: Kafka takes records more slowly than they come");
    }
  }
}
