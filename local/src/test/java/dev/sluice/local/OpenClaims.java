package dev.sluice.local;

import java.io.IOException;
import java.util.HashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A process that is in the middle of a claim transaction for as long as it lives. */
final class OpenClaims {
  private OpenClaims() {}

  /** Takes the bootstrap servers, the transactional id and the topic. */
  public static void main(String[] arguments) throws IOException {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("transactional.id", arguments[1]);
    settings.put("transaction.timeout.ms", 60_000);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (var partition : producer.partitionsFor(arguments[2])) {
        producer.send(
            new ProducerRecord<>(arguments[2], partition.partition(), null, new byte[] {1}));
      }
      producer.flush();
      System.out.println("open");
      System.out.flush();
      while (System.in.read() >= 0) {
        // until it is killed, or its parent ends
      }
    }
  }
}
