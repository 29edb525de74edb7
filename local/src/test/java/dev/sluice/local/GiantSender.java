package dev.sluice.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends records of zeros, in one compressed batch, from a process with a heap of its own: bootstrap
 * servers, codec, topic, bytes of a record, records.
 */
final class GiantSender {
  private static final byte[] KEY = {1};

  private GiantSender() {}

  static void send(String servers, String codec, String topic, int bytes, int records)
      throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "-Xmx2500m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            GiantSender.class.getName(),
            servers,
            codec,
            topic,
            Integer.toString(bytes),
            Integer.toString(records));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("the giants could not be sent: exit code " + code);
    }
  }

  public static void main(String[] arguments) {
    int bytes = Integer.parseInt(arguments[3]);
    int records = Integer.parseInt(arguments[4]);
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            arguments[0],
            "compression.type",
            arguments[1],
            "max.request.size",
            1 << 30,
            "buffer.memory",
            1 << 30,
            "batch.size",
            records == 1 ? 16_384 : 1 << 29,
            "linger.ms",
            records == 1 ? 0 : 60_000);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] value = new byte[bytes];
      var last = producer.send(new ProducerRecord<>(arguments[2], 0, KEY, value));
      for (int i = 1; i < records; i++) {
        last = producer.send(new ProducerRecord<>(arguments[2], 0, KEY, value));
      }
      producer.flush();
      last.get();
    } catch (Exception e) {
      System.err.println(e);
      System.exit(1);
    }
  }
}
