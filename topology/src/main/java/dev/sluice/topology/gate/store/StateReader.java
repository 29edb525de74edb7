package dev.sluice.topology.gate.store;

import static dev.sluice.topology.gate.store.StateKeys.key;
import static dev.sluice.topology.gate.store.StateKeys.numberOf;
import static dev.sluice.topology.gate.store.StateKeys.ownerOf;
import static dev.sluice.topology.gate.store.StateKeys.runKey;
import static dev.sluice.topology.gate.store.StateKeys.text;

import dev.sluice.admission.command.KeptCommands;
import dev.sluice.admission.journal.JournalChunk;
import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.SavedState;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.SettingEntry;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.tenant.Tenant;
import dev.sluice.admission.tree.Child;
import dev.sluice.admission.tree.Tree;
import dev.sluice.admission.worker.LeaseClock;
import dev.sluice.admission.worker.Worker;
import dev.sluice.contract.Texts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads the core's state back from the stores, and separates entries that cannot be read. */
public final class StateReader implements SavedState {
  /** The most that a dead letter keeps of what could not be read, in bytes. */
  public static final int MAX_KEPT_BYTES = 64 * 1024;

  private static final int MAX_PROBLEM_CHARS = 500;

  private final GateStores stores;
  private final List<Damage> damage = new ArrayList<>();

  public StateReader(GateStores stores) {
    this.stores = stores;
  }

  @Override
  public void forEachRun(Consumer<Run> to) {
    forEach(
        stores.runs(),
        Damage.Place.RUN,
        (key, value) -> {
          var run = StateCodec.read(value, Run.class);
          return checked(run, run.key().equals(runKey(key)));
        },
        to);
  }

  @Override
  public void forEachChunk(BiConsumer<RunKey, JournalChunk> to) {
    forEach(
        stores.journals(),
        Damage.Place.CHUNK,
        (key, value) -> {
          var chunk = StateCodec.read(value, JournalChunk.class);
          return Map.entry(ownerOf(key), checked(chunk, chunk.number() == numberOf(key)));
        },
        entry -> to.accept(entry.getKey(), entry.getValue()));
  }

  @Override
  public void forEachChild(BiConsumer<RunKey, Child> to) {
    forEach(
        stores.children(),
        Damage.Place.CHILD,
        (key, value) -> {
          var child = StateCodec.read(value, Child.class);
          return Map.entry(ownerOf(key), checked(child, child.number() == numberOf(key)));
        },
        entry -> to.accept(entry.getKey(), entry.getValue()));
  }

  @Override
  public void forEachTree(Consumer<Tree> to) {
    forEach(
        stores.trees(),
        Damage.Place.TREE,
        (key, value) -> {
          var tree = StateCodec.read(value, Tree.class);
          return checked(tree, tree.root().equals(runKey(key)));
        },
        to);
  }

  @Override
  public void forEachKept(Consumer<KeptCommands> to) {
    forEach(
        stores.kept(),
        Damage.Place.KEPT,
        (key, value) -> {
          var kept = StateCodec.read(value, KeptCommands.class);
          return checked(kept, kept.run().equals(runKey(key)));
        },
        to);
  }

  @Override
  public void forEachSetting(Consumer<SettingEntry> to) {
    forEach(
        stores.settings(),
        Damage.Place.SETTING,
        (key, value) -> {
          var setting = StateCodec.read(value, SettingEntry.class);
          return checked(setting, setting.key().text().equals(text(key)));
        },
        to);
  }

  @Override
  public void forEachPace(Consumer<Pace> to) {
    forEach(
        stores.paces(),
        Damage.Place.PACE,
        (key, value) -> {
          var pace = StateCodec.read(value, Pace.class);
          return checked(pace, pace.key().text().equals(text(key)));
        },
        to);
  }

  @Override
  public void forEachTenant(Consumer<Tenant> to) {
    forEach(
        stores.tenants(),
        Damage.Place.TENANT,
        (key, value) -> {
          var tenant = StateCodec.read(value, Tenant.class);
          return checked(tenant, tenant.name().equals(text(key)));
        },
        to);
  }

  @Override
  public void forEachWorker(Consumer<Worker> to) {
    forEach(
        stores.workers(),
        Damage.Place.WORKER,
        (key, value) -> {
          var worker = StateCodec.read(value, Worker.class);
          return checked(worker, worker.incarnation().value().equals(text(key)));
        },
        to);
  }

  @Override
  public LeaseClock clock() {
    var found = new ArrayList<LeaseClock>();
    forEach(
        stores.clock(),
        Damage.Place.CLOCK,
        (key, value) -> StateCodec.read(value, LeaseClock.class),
        found::add);
    return found.isEmpty() ? LeaseClock.START : found.get(0);
  }

  private interface Reading<T> {
    T read(Bytes key, byte[] value);
  }

  private <T> void forEach(
      KeyValueStore<Bytes, byte[]> store, Damage.Place place, Reading<T> reading, Consumer<T> to) {
    try (var entries = store.all()) {
      while (entries.hasNext()) {
        var entry = entries.next();
        var read = read(entry.key, entry.value, place, reading);
        if (read != null) {
          to.accept(read);
        }
      }
    }
  }

  private <T> @Nullable T read(Bytes key, byte[] value, Damage.Place place, Reading<T> reading) {
    try {
      return reading.read(key, value);
    } catch (RuntimeException | StackOverflowError e) {
      damage.add(damage(place, key, value, e));
      return null;
    }
  }

  private static Damage damage(Damage.Place place, Bytes key, byte[] value, Throwable problem) {
    var bytes = ByteBuffer.wrap(value, 0, Math.min(value.length, MAX_KEPT_BYTES));
    var what = Texts.atMost(MAX_PROBLEM_CHARS, String.valueOf(problem));
    return switch (place) {
      case RUN, TREE, KEPT -> new Damage(place, runKey(key), "", what, bytes);
      case CHUNK, CHILD ->
          new Damage(place, ownerOf(key), Integer.toString(numberOf(key)), what, bytes);
      case TENANT, SETTING, PACE, WORKER, CLOCK, RECENT ->
          new Damage(place, null, text(key), what, bytes);
    };
  }

  private static <T> T checked(T entry, boolean isOfItsKey) {
    if (!isOfItsKey) {
      throw new IllegalStateException("the entry is another's: " + entry);
    }
    return entry;
  }

  @Override
  public List<Damage> damage() {
    return List.copyOf(damage);
  }

  private static <T> @Nullable T entry(
      KeyValueStore<Bytes, byte[]> store, Bytes key, Class<T> type) {
    byte[] value = store.get(key);
    return value == null ? null : StateCodec.read(value, type);
  }

  @Override
  public @Nullable Run run(RunKey key) {
    return entry(stores.runs(), key(key), Run.class);
  }

  @Override
  public @Nullable Tree tree(RunKey root) {
    return entry(stores.trees(), key(root), Tree.class);
  }

  @Override
  public @Nullable Tenant tenant(String name) {
    return entry(stores.tenants(), text(name), Tenant.class);
  }

  @Override
  public @Nullable SettingEntry setting(SettingKey key) {
    return entry(stores.settings(), text(key.text()), SettingEntry.class);
  }

  @Override
  public @Nullable Pace pace(SettingKey key) {
    return entry(stores.paces(), text(key.text()), Pace.class);
  }

  @Override
  public @Nullable KeptCommands kept(RunKey run) {
    return entry(stores.kept(), key(run), KeptCommands.class);
  }

  @Override
  public @Nullable Worker worker(Incarnation incarnation) {
    return entry(stores.workers(), text(incarnation.value()), Worker.class);
  }

  @Override
  public void forEachChunkOf(RunKey run, Consumer<JournalChunk> to) {
    forEachOf(stores.journals(), run, JournalChunk.class, to);
  }

  @Override
  public void forEachChildOf(RunKey parent, Consumer<Child> to) {
    forEachOf(stores.children(), parent, Child.class, to);
  }

  private static <T> void forEachOf(
      KeyValueStore<Bytes, byte[]> store, RunKey run, Class<T> type, Consumer<T> to) {
    try (var entries = store.range(key(run, 0), key(run, Integer.MAX_VALUE))) {
      entries.forEachRemaining(entry -> to.accept(StateCodec.read(entry.value, type)));
    }
  }
}
