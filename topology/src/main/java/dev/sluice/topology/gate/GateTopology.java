package dev.sluice.topology.gate;

import dev.sluice.topology.gate.outbound.Outgoing;
import dev.sluice.topology.gate.store.GateStores;
import dev.sluice.topology.gate.topic.GateTopics;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/** The topology: the input topics, one processor per partition, and output to any topic. */
final class GateTopology {
  private GateTopology() {}

  static Topology build(GateParts parts) {
    var inputs = GateTopics.INPUTS.stream().map(topic -> parts.config().prefix() + topic).toList();
    TopicNameExtractor<Outgoing, Outgoing> topic = (key, value, context) -> value.topic();
    var outputs =
        GateTopics.outputs(parts.config()).stream()
            .map(name -> parts.config().prefix() + name)
            .toList();
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
