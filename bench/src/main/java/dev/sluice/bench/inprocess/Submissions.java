package dev.sluice.bench.inprocess;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.v1.RunSubmitted;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Creates submissions for the bench's agents. */
final class Submissions {
  private static final int TENANTS = 40;

  private final String topic;
  private final Serializer<RunSubmitted> serializer;

  Submissions(String topic, SluiceSerdes serdes) {
    this.topic = topic;
    this.serializer = serdes.serializer(RunSubmitted.class);
  }

  ProducerRecord<byte[], byte[]> of(int number, String agent, String input) {
    return of("tenant-" + number % TENANTS, "run-" + number, agent, input);
  }

  ProducerRecord<byte[], byte[]> of(String tenant, String id, String agent, String input) {
    var run =
        RunSubmitted.newBuilder()
            .setRunId(id)
            .setTenant(tenant)
            .setAgent(agent)
            .setInput(ByteBuffer.wrap(input.getBytes(StandardCharsets.UTF_8)))
            .build();
    return new ProducerRecord<>(
        topic, tenant.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, run));
  }
}
