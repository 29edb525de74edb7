package dev.sluice.local.isolation;

import dev.sluice.schemas.topic.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What strangers send by mistake or on purpose, from a seed: to every topic, and over HTTP. */
final class BadTraffic implements AutoCloseable {
  private static final List<String> TOPICS =
      List.of(
          Topics.RUNS,
          Topics.SUBMISSIONS,
          Topics.COMMANDS,
          Topics.TENANTS,
          Topics.SETTINGS,
          Topics.CLAIMS,
          Topics.PROGRESS,
          Topics.JOURNAL,
          Topics.DECISIONS,
          Topics.COMPLETIONS,
          Topics.DEAD_LETTERS,
          Topics.CONTROL);

  private static final int KNOWN_SCHEMAS = 20;
  private static final int MOST_BYTES = 20_000;

  private final SplittableRandom random;
  private final URI gateway;
  private final KafkaProducer<byte[], byte[]> producer;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  BadTraffic(long seed, String bootstrap, String gateway) {
    random = new SplittableRandom(seed);
    this.gateway = URI.create(gateway);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  void next() throws Exception {
    record();
    request();
  }

  private void record() {
    var topic = TOPICS.get(random.nextInt(TOPICS.size()));
    producer.send(new ProducerRecord<>(topic, key(), value()));
  }

  private byte[] key() {
    return switch (random.nextInt(4)) {
      case 0 -> bytes(random.nextInt(300));
      case 1 -> text("bad-" + random.nextInt(20) + "/r" + random.nextInt(99) + "/1/w.1/1");
      case 2 -> text("bad-" + random.nextInt(20) + "/r/fence/" + random.nextInt());
      default -> text("bad-" + random.nextInt(20));
    };
  }

  private byte[] value() {
    return switch (random.nextInt(4)) {
      case 0 -> bytes(random.nextInt(MOST_BYTES));
      case 1 -> text("[".repeat(random.nextInt(MOST_BYTES)));
      case 2 -> text(submission());
      default -> {
        byte[] body = bytes(5 + random.nextInt(200));
        ByteBuffer.wrap(body).put((byte) 0).putInt(1 + random.nextInt(KNOWN_SCHEMAS));
        yield body;
      }
    };
  }

  private String submission() {
    return """
    {"run_id":"b%d","tenant":"bad-%d","agent":"nobody-%d","priority":%d,"labels":{"%s":"x"}}\
    """
        .formatted(
            random.nextInt(1_000),
            random.nextInt(20),
            random.nextInt(50),
            random.nextInt(-9, 9),
            "k".repeat(random.nextInt(300)));
  }

  private void request() throws Exception {
    var path =
        List.of("/v1/tenants/bad/runs", "/v1/tenants/%00/runs", "/v1/runs", "/v1/tenants/bad")
            .get(random.nextInt(4));
    byte[] body = random.nextBoolean() ? value() : text(submission());
    var request =
        HttpRequest.newBuilder(gateway.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(
                random.nextBoolean() ? "POST" : "PUT", HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status == 500) {
      throw new AssertionError("a caller got a 500 at " + path);
    }
  }

  private byte[] bytes(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
    http.close();
  }
}
