package dev.sluice.topology.gate.store;

import static dev.sluice.topology.gate.store.StateKeys.key;
import static dev.sluice.topology.gate.store.StateKeys.text;

import dev.sluice.admission.command.KeptCommands;
import dev.sluice.admission.journal.JournalChunk;
import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.port.StateLog;
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
import dev.sluice.contract.Bounds;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Writes the core's state to the stores. An entry is encoded when its turn puts it, so that a
 * failure to encode it is that turn's failure. It is stored when all turns of the record are over.
 */
public final class StateWriter implements StateLog {
  /** What the changelog's topic takes, less key and framing. */
  public static final int MAX_ENTRY_BYTES = Bounds.INTERNAL_RECORD_BYTES - 4 * 1024;

  private final GateStores stores;
  private final IntSupplier most;
  private final Map<Place, Optional<byte[]>> staged = new LinkedHashMap<>();
  private final Map<Place, Optional<byte[]>> kept = new LinkedHashMap<>();

  public StateWriter(GateStores stores) {
    this(stores, () -> MAX_ENTRY_BYTES);
  }

  /**
   * Writes to {@code stores}.
   *
   * @param most bytes of an entry now, at most {@link #MAX_ENTRY_BYTES}
   */
  public StateWriter(GateStores stores, IntSupplier most) {
    this.stores = stores;
    this.most = most;
  }

  /** An entry as it is to be stored; null deletes it. */
  private record Place(KeyValueStore<Bytes, byte[]> store, Bytes key) {}

  private void stage(KeyValueStore<Bytes, byte[]> store, Bytes key, @Nullable Object entry) {
    byte[] value = entry == null ? null : StateCodec.write(entry);
    if (value != null && value.length > most.getAsInt()) {
      throw new IllegalStateException(
          "an entry of %s must be at most %d bytes, got %d"
              .formatted(store.name(), most.getAsInt(), value.length));
    }
    staged.put(new Place(store, key), Optional.ofNullable(value));
  }

  @Override
  public void commit() {
    kept.putAll(staged);
    staged.clear();
  }

  @Override
  public void discard() {
    staged.clear();
  }

  @Override
  public void flush() {
    kept.forEach((place, value) -> place.store().put(place.key(), value.orElse(null)));
    kept.clear();
  }

  @Override
  public void putRun(Run run) {
    stage(stores.runs(), key(run.key()), run);
  }

  @Override
  public void deleteRun(RunKey run) {
    stage(stores.runs(), key(run), null);
  }

  @Override
  public void putChunk(RunKey run, JournalChunk chunk) {
    stage(stores.journals(), key(run, chunk.number()), chunk);
  }

  @Override
  public void deleteChunk(RunKey run, int number) {
    stage(stores.journals(), key(run, number), null);
  }

  @Override
  public void putChild(RunKey parent, Child child) {
    stage(stores.children(), key(parent, child.number()), child);
  }

  @Override
  public void deleteChild(RunKey parent, int number) {
    stage(stores.children(), key(parent, number), null);
  }

  @Override
  public void putTree(Tree tree) {
    stage(stores.trees(), key(tree.root()), tree);
  }

  @Override
  public void deleteTree(RunKey root) {
    stage(stores.trees(), key(root), null);
  }

  @Override
  public void putTenant(Tenant tenant) {
    stage(stores.tenants(), text(tenant.name()), tenant);
  }

  @Override
  public void deleteTenant(String name) {
    stage(stores.tenants(), text(name), null);
  }

  @Override
  public void putKept(KeptCommands kept) {
    stage(stores.kept(), key(kept.run()), kept);
  }

  @Override
  public void deleteKept(RunKey run) {
    stage(stores.kept(), key(run), null);
  }

  @Override
  public void putWorker(Worker worker) {
    stage(stores.workers(), text(worker.incarnation().value()), worker);
  }

  @Override
  public void deleteWorker(Incarnation worker) {
    stage(stores.workers(), text(worker.value()), null);
  }

  @Override
  public void putSetting(SettingEntry setting) {
    stage(stores.settings(), text(setting.key().text()), setting);
  }

  @Override
  public void deleteSetting(SettingKey key) {
    stage(stores.settings(), text(key.text()), null);
  }

  @Override
  public void putPace(Pace pace) {
    stage(stores.paces(), text(pace.key().text()), pace);
  }

  @Override
  public void deletePace(SettingKey key) {
    stage(stores.paces(), text(key.text()), null);
  }

  @Override
  public void putClock(LeaseClock next) {
    stage(stores.clock(), text(StateKeys.CLOCK), next);
  }
}
