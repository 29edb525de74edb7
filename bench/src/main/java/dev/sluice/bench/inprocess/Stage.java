package dev.sluice.bench.inprocess;

import dev.sluice.runner.Runner;
import dev.sluice.schemas.topic.TopicCatalogue;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.sdk.Agent;
import dev.sluice.topology.gate.GateServer;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;

/** A gate, a runner and the floor's program, each with its own topics. */
final class Stage implements AutoCloseable {
  private final TopicCatalogue topics;
  private final GateServer gate;
  private final Runner runner;
  private final PassThrough floor;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Submissions submissions;
  private int submitted;

  Stage(Bed bed, String prefix, int commitIntervalMs, List<Agent<?, ?>> agents) throws Exception {
    topics = bed.createTopics(prefix);
    gate = bed.gate(prefix, commitIntervalMs);
    runner = bed.runner(prefix, agents);
    floor = new PassThrough(bed, prefix, commitIntervalMs);
    producer = bed.producer();
    submissions = new Submissions(topics.name(Topics.RUNS), bed.serdes());
  }

  /** Submits the next run without waiting for the acknowledgement. */
  void submit(String agent, String input) {
    producer.send(submissions.of(submitted++, agent, input));
  }

  /** The same for one tenant. */
  void submitFor(String tenant, String agent, String input) {
    producer.send(submissions.of(tenant, "run-" + submitted++, agent, input));
  }

  TopicCatalogue topics() {
    return topics;
  }

  PassThrough floor() {
    return floor;
  }

  KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }

  @Override
  public void close() {
    producer.close();
    runner.close();
    gate.close();
    floor.close();
  }
}
