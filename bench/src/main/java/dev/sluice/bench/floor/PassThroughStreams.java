package dev.sluice.bench.floor;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * An exactly-once Kafka Streams application that writes one store entry and passes the record on,
 * with the gate's settings.
 */
public final class PassThroughStreams {
  private PassThroughStreams() {}

  /** Where it reads and writes; topics and application have their names behind a prefix. */
  public record Names(String prefix) {
    public String in() {
      return prefix + "floor-in";
    }

    public String out() {
      return prefix + "floor-out";
    }

    public String claims() {
      return prefix + "floor-claims";
    }
  }

  /** Starts it and returns when it runs. */
  public static KafkaStreams start(
      Map<String, Object> client, Names names, Path dir, int commitIntervalMs)
      throws InterruptedException {
    var streams = new KafkaStreams(topology(names), config(client, names, dir, commitIntervalMs));
    streams.start();
    while (streams.state() != KafkaStreams.State.RUNNING) {
      Thread.sleep(5);
    }
    return streams;
  }

  private static Topology topology(Names names) {
    var store =
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore("floor"), Serdes.Bytes(), Serdes.ByteArray());
    return new Topology()
        .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), names.in())
        .addProcessor("pass", Pass::new, "in")
        .addStateStore(store, "pass")
        .addSink("out", names.out(), new ByteArraySerializer(), new ByteArraySerializer(), "pass");
  }

  private static final class Pass extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    @Override
    public void process(Record<byte[], byte[]> record) {
      KeyValueStore<Bytes, byte[]> store = context().getStateStore("floor");
      store.put(Bytes.wrap(record.key()), record.value());
      context().forward(record);
    }
  }

  private static Properties config(
      Map<String, Object> client, Names names, Path dir, int commitIntervalMs) {
    var settings = new Properties();
    settings.putAll(client);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, names.prefix() + "floor-app");
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMs);
    settings.put(StreamsConfig.POLL_MS_CONFIG, commitIntervalMs);
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, dir.resolve(names.prefix() + "floor").toString());
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    settings.put(StreamsConfig.producerPrefix("linger.ms"), 5);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    return settings;
  }
}
