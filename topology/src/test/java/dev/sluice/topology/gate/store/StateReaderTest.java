package dev.sluice.topology.gate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.Gate;
import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.settings.Brake;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Plan;
import dev.sluice.admission.settings.PoolSetting;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.topology.gate.outbound.Outgoing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damages the bytes of entries of every store: a gate starts with whatever can be read. */
final class StateReaderTest {
  private static final Incarnation WORKER = new Incarnation("w.1");
  private static final GateSettings SETTINGS = GateSettings.defaults();
  private static final List<byte[]> NONSENSE =
      List.of(
          new byte[0],
          "null".getBytes(StandardCharsets.UTF_8),
          "{}".getBytes(StandardCharsets.UTF_8),
          "[[[[[[".getBytes(StandardCharsets.UTF_8),
          "{\"key\":{\"tenant\":\"t\",\"id\":\"other\"}}".getBytes(StandardCharsets.UTF_8),
          new byte[] {0, 1, 2, (byte) 0xff});

  private final MockProcessorContext<Outgoing, Outgoing> context;
  private final GateStores stores;
  private final RecentIdStore recent;
  private long offset;

  StateReaderTest(@TempDir Path dir) {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "gate-test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    context = new MockProcessorContext<>(settings, new TaskId(0, 0), dir.toFile());
    stores = stores();
    recent = new RecentIdStore(context, Duration.ofHours(24));
  }

  private GateStores stores() {
    for (var builder : GateStores.builders(Duration.ofHours(24))) {
      StateStore store = builder.withCachingDisabled().withLoggingDisabled().build();
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
    }
    return new GateStores(context);
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void startsAndGoesOnWithWhateverCanBeRead(long seed) {
    var random = new SplittableRandom(seed);
    var before = gate();
    fill(before);
    int damaged = damage(random);

    var reader = new StateReader(stores);
    var after = Gate.restore(SETTINGS, reader, new StateWriter(stores), recent, "test");
    var effects =
        read(after, "runs", new GateEvent.Submitted(run("new"), RunSpec.of("agent"), origin()));

    assertThat(effects.stream().filter(GateEffect.DeadLetterState.class::isInstance).count())
        .as("entries set aside, of %d that were damaged", damaged)
        .isLessThanOrEqualTo(damaged);
    assertThat(effects)
        .as("the healthy tenant's run starts")
        .anyMatch(
            effect ->
                effect instanceof GateEffect.Decide decide
                    && decide.kind() == GateEffect.DecisionKind.ACCEPT
                    && "new".equals(decide.runId()));
    var again = new StateReader(stores);
    Gate.restore(SETTINGS, again, new StateWriter(stores), recent, "test");
    assertThat(again.damage()).as("what was set aside is written over").isEmpty();
  }

  private Gate gate() {
    return Gate.restore(SETTINGS, new StateReader(stores), new StateWriter(stores), recent, "test");
  }

  /** A worker, a tenant, and runs in several phases, one with a journal, children and a budget. */
  private void fill(Gate gate) {
    read(gate, "progress", new GateEvent.Tick("clock", 1_000));
    read(gate, "tenants", new GateEvent.TenantSet("t", TenantSettings.DEFAULT, origin()));
    for (var setting :
        List.of(
            Setting.of("free", Plan.ofCap(3)),
            Setting.of("gpu", new PoolSetting(true, new Brake(false, 7))))) {
      read(gate, "settings", new GateEvent.SettingSet(setting.key(), setting));
    }
    var partitions = Map.of("default", Set.of(0));
    read(
        gate,
        "progress",
        new GateEvent.Heartbeat(
            WORKER, 1, partitions, Set.of("agent"), 4, 4, null, Set.of(), Abilities.UNSAID));
    for (var id : List.of("held", "parent", "queued", "more")) {
      read(gate, "runs", new GateEvent.Submitted(run(id), RunSpec.of("agent"), origin()));
      read(gate, "journal", new GateEvent.InputRead(run(id)));
    }
    read(
        gate,
        "claims",
        new GateEvent.Answered(run("parent"), 1, GateEvent.Answer.CLAIM, WORKER, 1));
    read(gate, "journal", journaled(1, new JournalEntry.Step(Map.of("calls", 1L))));
    var child = new dev.sluice.admission.run.ChildSpec(1, RunSpec.of("agent"), false);
    read(gate, "journal", journaled(2, new JournalEntry.Spawn(List.of(child), Map.of())));
  }

  private static GateEvent journaled(int seq, JournalEntry entry) {
    return new GateEvent.Journaled(run("parent"), 1, WORKER, seq, 10, entry);
  }

  private static RunKey run(String id) {
    return new RunKey(id.equals("new") ? "healthy" : "t", id);
  }

  private Origin origin() {
    return new Origin(offset, 0, offset);
  }

  private List<GateEffect> read(Gate gate, String topic, GateEvent event) {
    var effects = new ArrayList<GateEffect>();
    gate.apply(
        event,
        new Cause(topic, 0, offset++, 1_000_000 + offset),
        turn -> () -> effects.addAll(turn));
    return effects;
  }

  private int damage(SplittableRandom random) {
    int damaged = 0;
    for (var store :
        List.of(
            stores.runs(),
            stores.journals(),
            stores.children(),
            stores.trees(),
            stores.tenants(),
            stores.workers(),
            stores.settings(),
            stores.paces(),
            stores.clock())) {
      for (var entry : entries(store)) {
        if (random.nextInt(3) == 0) {
          store.put(entry.key, damaged(entry.value, random));
          damaged++;
        }
      }
    }
    return damaged;
  }

  private static List<KeyValue<Bytes, byte[]>> entries(KeyValueStore<Bytes, byte[]> store) {
    var entries = new ArrayList<KeyValue<Bytes, byte[]>>();
    try (var all = store.all()) {
      all.forEachRemaining(entries::add);
    }
    assertThat(entries).as("there is something in %s", store.name()).isNotEmpty();
    return entries;
  }

  private static byte[] damaged(byte[] value, SplittableRandom random) {
    if (random.nextBoolean()) {
      return NONSENSE.get(random.nextInt(NONSENSE.size()));
    }
    var bytes = value.clone();
    for (int i = 0; i <= random.nextInt(8); i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
