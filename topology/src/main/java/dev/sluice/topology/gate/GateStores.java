package dev.sluice.topology.gate;

import dev.sluice.admission.Child;
import dev.sluice.admission.Incarnation;
import dev.sluice.admission.JournalChunk;
import dev.sluice.admission.LeaseClock;
import dev.sluice.admission.RecentIds;
import dev.sluice.admission.Run;
import dev.sluice.admission.RunKey;
import dev.sluice.admission.SavedState;
import dev.sluice.admission.StateLog;
import dev.sluice.admission.Tenant;
import dev.sluice.admission.Tree;
import dev.sluice.admission.Worker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The core's state in Kafka Streams' stores. They are written as it changes and read once, when a
 * task starts, from their first entry to their last; nothing looks for a head, so nothing ever
 * walks over tombstones. The ids of ended runs lie in hourly windows that are dropped whole.
 */
final class GateStores implements StateLog, SavedState, RecentIds {
  private static final String RUNS = "gate-runs";
  private static final String JOURNALS = "gate-journals";
  private static final String CHILDREN = "gate-children";
  private static final String TREES = "gate-trees";
  private static final String TENANTS = "gate-tenants";
  private static final String WORKERS = "gate-workers";
  private static final String CLOCK = "gate-clock";
  private static final String RECENT = "gate-recent";
  private static final Duration BUCKET = Duration.ofHours(1);
  private static final byte SEPARATOR = 0;

  private final KeyValueStore<Bytes, byte[]> runs;
  private final KeyValueStore<Bytes, byte[]> journals;
  private final KeyValueStore<Bytes, byte[]> children;
  private final KeyValueStore<Bytes, byte[]> trees;
  private final KeyValueStore<Bytes, byte[]> tenants;
  private final KeyValueStore<Bytes, byte[]> workers;
  private final KeyValueStore<Bytes, byte[]> clock;
  private final WindowStore<Bytes, byte[]> recent;
  private final long windowMs;
  private final MessageDigest hash = sha256();

  GateStores(ProcessorContext<?, ?> context, Duration duplicateWindow) {
    runs = context.getStateStore(RUNS);
    journals = context.getStateStore(JOURNALS);
    children = context.getStateStore(CHILDREN);
    trees = context.getStateStore(TREES);
    tenants = context.getStateStore(TENANTS);
    workers = context.getStateStore(WORKERS);
    clock = context.getStateStore(CLOCK);
    recent = context.getStateStore(RECENT);
    windowMs = duplicateWindow.toMillis();
  }

  static Set<StoreBuilder<?>> builders(Duration duplicateWindow) {
    var recentIds =
        Stores.windowStoreBuilder(
            Stores.inMemoryWindowStore(
                RECENT, duplicateWindow.plus(BUCKET.multipliedBy(2)), BUCKET, false),
            Serdes.Bytes(),
            Serdes.ByteArray());
    return Set.of(
        keyValue(RUNS),
        keyValue(JOURNALS),
        keyValue(CHILDREN),
        keyValue(TREES),
        keyValue(TENANTS),
        keyValue(WORKERS),
        keyValue(CLOCK),
        recentIds);
  }

  /** In memory with a changelog: the state is small, and a restart after a kill reads it anyway. */
  private static StoreBuilder<?> keyValue(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
  }

  // --- writing

  @Override
  public void putRun(Run run) {
    runs.put(key(run.key()), StateCodec.write(run));
  }

  @Override
  public void deleteRun(RunKey run) {
    runs.delete(key(run));
  }

  @Override
  public void putChunk(RunKey run, JournalChunk chunk) {
    journals.put(key(run, chunk.number()), StateCodec.write(chunk));
  }

  @Override
  public void deleteChunk(RunKey run, int number) {
    journals.delete(key(run, number));
  }

  @Override
  public void putChild(RunKey parent, Child child) {
    children.put(key(parent, child.number()), StateCodec.write(child));
  }

  @Override
  public void deleteChild(RunKey parent, int number) {
    children.delete(key(parent, number));
  }

  @Override
  public void putTree(Tree tree) {
    trees.put(key(tree.root()), StateCodec.write(tree));
  }

  @Override
  public void deleteTree(RunKey root) {
    trees.delete(key(root));
  }

  @Override
  public void putTenant(Tenant tenant) {
    tenants.put(text(tenant.name()), StateCodec.write(tenant));
  }

  @Override
  public void putWorker(Worker worker) {
    workers.put(text(worker.incarnation().value()), StateCodec.write(worker));
  }

  @Override
  public void deleteWorker(Incarnation worker) {
    workers.delete(text(worker.value()));
  }

  @Override
  public void putClock(LeaseClock next) {
    clock.put(text("clock"), StateCodec.write(next));
  }

  private static Bytes text(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Bytes key(RunKey run) {
    return text(run.tenant() + '\0' + run.id());
  }

  private static Bytes key(RunKey run, int number) {
    byte[] prefix = key(run).get();
    return Bytes.wrap(
        ByteBuffer.allocate(prefix.length + 1 + Integer.BYTES)
            .put(prefix)
            .put(SEPARATOR)
            .putInt(number)
            .array());
  }

  // --- reading back

  @Override
  public void forEachRun(Consumer<Run> to) {
    forEach(runs, value -> to.accept(StateCodec.read(value, Run.class)));
  }

  @Override
  public void forEachChunk(BiConsumer<RunKey, JournalChunk> to) {
    forEachNumbered(journals, JournalChunk.class, to);
  }

  @Override
  public void forEachChild(BiConsumer<RunKey, Child> to) {
    forEachNumbered(children, Child.class, to);
  }

  private static <T> void forEachNumbered(
      KeyValueStore<Bytes, byte[]> store, Class<T> type, BiConsumer<RunKey, T> to) {
    try (var entries = store.all()) {
      entries.forEachRemaining(
          entry -> to.accept(run(entry.key), StateCodec.read(entry.value, type)));
    }
  }

  @Override
  public void forEachTree(Consumer<Tree> to) {
    forEach(trees, value -> to.accept(StateCodec.read(value, Tree.class)));
  }

  private static RunKey run(Bytes key) {
    byte[] bytes = key.get();
    byte[] names = Arrays.copyOf(bytes, bytes.length - 1 - Integer.BYTES);
    var parts = List.of(new String(names, StandardCharsets.UTF_8).split("\0", 2));
    return new RunKey(parts.get(0), parts.get(1));
  }

  @Override
  public void forEachTenant(Consumer<Tenant> to) {
    forEach(tenants, value -> to.accept(StateCodec.read(value, Tenant.class)));
  }

  @Override
  public void forEachWorker(Consumer<Worker> to) {
    forEach(workers, value -> to.accept(StateCodec.read(value, Worker.class)));
  }

  private static void forEach(KeyValueStore<Bytes, byte[]> store, Consumer<byte[]> to) {
    try (var entries = store.all()) {
      entries.forEachRemaining(entry -> to.accept(entry.value));
    }
  }

  @Override
  public LeaseClock clock() {
    byte[] saved = clock.get(text("clock"));
    return saved == null ? LeaseClock.START : StateCodec.read(saved, LeaseClock.class);
  }

  // --- ids of ended runs and commands

  @Override
  public OptionalLong find(String id, long nowMs) {
    var key = hash(id);
    for (long at = bucket(nowMs); at >= nowMs - windowMs; at -= BUCKET.toMillis()) {
      byte[] mark = recent.fetch(key, at);
      if (mark != null) {
        return OptionalLong.of(ByteBuffer.wrap(mark).getLong());
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public void add(String id, long nowMs, long mark) {
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(mark).array();
    recent.put(hash(id), value, bucket(nowMs));
  }

  private static long bucket(long nowMs) {
    return nowMs - Math.floorMod(nowMs, BUCKET.toMillis());
  }

  /** The first 128 bits of SHA-256. */
  private Bytes hash(String id) {
    byte[] full = hash.digest(id.getBytes(StandardCharsets.UTF_8));
    return Bytes.wrap(Arrays.copyOf(full, 16));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
