package dev.sluice.topology.gate;

import dev.sluice.schemas.Topics;
import dev.sluice.topology.streams.Changelogs;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/** Seven topics in, one processor for each partition of them, any topic out. */
final class GateTopology {
  static final List<String> INPUTS =
      List.of(
          Topics.RUNS,
          Topics.SUBMISSIONS,
          Topics.COMMANDS,
          Topics.TENANTS,
          Topics.CLAIMS,
          Topics.PROGRESS,
          Topics.JOURNAL);

  private static final List<String> OUTPUTS =
      List.of(
          Topics.COMPLETIONS,
          Topics.DECISIONS,
          Topics.DEAD_LETTERS,
          Topics.CONTROL,
          Topics.LOOKUPS);

  /** What the gate reads or writes but for the dispatch topics. */
  static final List<String> TOPICS = Stream.concat(INPUTS.stream(), OUTPUTS.stream()).toList();

  private GateTopology() {}

  static Topology build(GateParts parts) {
    var inputs = INPUTS.stream().map(topic -> parts.config().prefix() + topic).toList();
    TopicNameExtractor<Outgoing, Outgoing> topic = (key, value, context) -> value.topic();
    var outputs = OUTPUTS.stream().map(name -> parts.config().prefix() + name).toList();
    // A task beyond the gate's partitions writes what it decided beside another's decisions.
    StreamPartitioner<Outgoing, Outgoing> partition =
        (name, key, value, count) ->
            Optional.of(
                Set.of(
                    outputs.contains(name)
                        ? value.partition() % parts.partitions()
                        : value.partition()));
    var intake = new FairIntake();
    return new Topology()
        .addSource(
            AutoOffsetReset.none(),
            "inputs",
            intake,
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            inputs.toArray(String[]::new))
        .addProcessor("gate", supplier(parts, intake), "inputs")
        .addSink(
            "outputs",
            topic,
            (name, outgoing) -> outgoing.key(),
            (name, outgoing) -> outgoing.value(),
            partition,
            "gate");
  }

  static Changelogs changelogs(GateConfig config) {
    var inputs = INPUTS.stream().map(topic -> config.prefix() + topic).toList();
    return new Changelogs(config.applicationId(), inputs, config.prefix() + Topics.PROGRESS);
  }

  private static ProcessorSupplier<byte[], byte[], Outgoing, Outgoing> supplier(
      GateParts parts, FairIntake intake) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], byte[], Outgoing, Outgoing> get() {
        return new GateProcessor(parts, intake);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return GateStores.builders(parts.config().duplicateWindow());
      }
    };
  }
}
