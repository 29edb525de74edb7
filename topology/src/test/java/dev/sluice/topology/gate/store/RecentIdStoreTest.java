package dev.sluice.topology.gate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.RecentIds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // set before each test
final class RecentIdStoreTest {
  private static final Duration WINDOW = Duration.ofHours(24);
  private static final long NOW = Instant.parse("2026-11-28T10:59:59.999Z").toEpochMilli();

  @TempDir private Path dir;
  private TopologyTestDriver driver;
  private @Nullable RecentIdStore store;

  private final class Owner extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      store = new RecentIdStore(context, WINDOW);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {}
  }

  @BeforeEach
  void start() {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "ids");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, dir.toString());
    var supplier =
        new ProcessorSupplier<byte[], byte[], byte[], byte[]>() {
          @Override
          public Processor<byte[], byte[], byte[], byte[]> get() {
            return new Owner();
          }

          @Override
          public Set<StoreBuilder<?>> stores() {
            return Set.of(RecentIdStore.builder(WINDOW));
          }
        };
    var topology =
        new Topology()
            .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in")
            .addProcessor("owner", supplier, "in");
    driver = new TopologyTestDriver(topology, settings);
    pipe(); // the store may be written only when a record has been read
  }

  private void pipe() {
    driver
        .createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new byte[] {1}, new byte[] {1});
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private RecentIdStore ids() {
    return Objects.requireNonNull(store);
  }

  private static RecentIds.Known known(long mark) {
    return new RecentIds.Known(mark, null);
  }

  @Test
  void knowsTheHashOfTheBodyAnIdCameIn() {
    var known = new RecentIds.Known(1, -5L);
    ids().add("run/t/r", NOW, known);
    assertThat(ids().find("run/t/r", NOW)).isEqualTo(Optional.of(known));
  }

  @Test
  void findsAnIdForTheWholeWindow() {
    ids().add("run/t/r", NOW, known(42));
    long later = NOW + WINDOW.toMillis();
    assertThat(ids().find("run/t/r", NOW)).isEqualTo(Optional.of(known(42)));
    assertThat(ids().find("run/t/r", later)).isEqualTo(Optional.of(known(42)));
    assertThat(ids().find("run/t/r", later + 60_000)).isEmpty();
    assertThat(ids().find("run/t/other", NOW)).isEmpty();
  }

  @Test
  void remembersTheLastUse() {
    ids().add("run/t/r", NOW, known(1));
    ids().add("run/t/r", NOW + 7_200_000, known(2));
    assertThat(ids().find("run/t/r", NOW + WINDOW.toMillis() + 3_600_000))
        .isEqualTo(Optional.of(known(2)));
  }

  @Test
  void writesWhatRestoresIt() {
    for (int i = 0; i < 1_000; i++) {
      ids().add("run/t/r" + i, NOW, new RecentIds.Known(i, i % 2 == 0 ? null : i * 7L));
    }
    pipe(); // the driver looks at what was written
    var restored = new IdStore("restored", 26 * 60);
    restored.open(dir);
    var changes =
        driver
            .createOutputTopic(
                "ids-gate-ids-changelog", new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .readKeyValuesToList();
    changes.forEach(change -> restored.restore(change.key, change.value));
    restored.restore(new byte[3], new byte[12]);
    restored.restore(new byte[16], new byte[7]);

    assertThat(changes).hasSize(1_000);
    assertThat(restored.approximateNumEntries()).isEqualTo(1_000);
    assertThat(restored.get(Bytes.wrap(changes.get(7).key))).isEqualTo(changes.get(7).value);
    assertThat(restored.get(Bytes.wrap(changes.get(8).key))).isEqualTo(changes.get(8).value);
    assertThat(changes.get(8).value.length + changes.get(7).value.length).isEqualTo(12 + 20);
    restored.close();
  }
}
