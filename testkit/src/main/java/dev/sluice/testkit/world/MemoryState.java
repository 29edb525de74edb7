package dev.sluice.testkit.world;

import dev.sluice.admission.command.KeptCommands;
import dev.sluice.admission.journal.JournalChunk;
import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.port.SavedState;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the gate keeps, in place of its stores. */
final class MemoryState implements StateLog, SavedState, RecentIds {
  private final Map<RunKey, Run> runs = new HashMap<>();
  private final Map<RunKey, Map<Integer, JournalChunk>> chunks = new HashMap<>();
  private final Map<RunKey, Map<Integer, Child>> children = new HashMap<>();
  private final Map<RunKey, Tree> trees = new HashMap<>();
  private final Map<String, Tenant> tenants = new HashMap<>();
  private final Map<Incarnation, Worker> workers = new HashMap<>();
  private final Map<SettingKey, SettingEntry> settings = new HashMap<>();
  private final Map<SettingKey, Pace> paces = new HashMap<>();
  private final Map<RunKey, KeptCommands> kept = new HashMap<>();
  private final Map<String, Known> ids = new HashMap<>();
  private final List<Runnable> changes = new ArrayList<>();
  private LeaseClock clock = LeaseClock.START;

  // --- what is written

  @Override
  public void putRun(Run run) {
    changes.add(() -> runs.put(run.key(), run));
  }

  @Override
  public void deleteRun(RunKey run) {
    changes.add(() -> runs.remove(run));
  }

  @Override
  public void putChunk(RunKey run, JournalChunk chunk) {
    changes.add(() -> of(chunks, run).put(chunk.number(), chunk));
  }

  @Override
  public void deleteChunk(RunKey run, int number) {
    changes.add(() -> of(chunks, run).remove(number));
  }

  @Override
  public void putChild(RunKey parent, Child child) {
    changes.add(() -> of(children, parent).put(child.number(), child));
  }

  @Override
  public void deleteChild(RunKey parent, int number) {
    changes.add(() -> of(children, parent).remove(number));
  }

  @Override
  public void putTree(Tree tree) {
    changes.add(() -> trees.put(tree.root(), tree));
  }

  @Override
  public void deleteTree(RunKey root) {
    changes.add(() -> trees.remove(root));
  }

  @Override
  public void putTenant(Tenant tenant) {
    changes.add(() -> tenants.put(tenant.name(), tenant));
  }

  @Override
  public void deleteTenant(String name) {
    changes.add(() -> tenants.remove(name));
  }

  @Override
  public void putWorker(Worker worker) {
    changes.add(() -> workers.put(worker.incarnation(), worker));
  }

  @Override
  public void deleteWorker(Incarnation worker) {
    changes.add(() -> workers.remove(worker));
  }

  @Override
  public void putSetting(SettingEntry setting) {
    changes.add(() -> settings.put(setting.key(), setting));
  }

  @Override
  public void deleteSetting(SettingKey key) {
    changes.add(() -> settings.remove(key));
  }

  @Override
  public void putPace(Pace pace) {
    changes.add(() -> paces.put(pace.key(), pace));
  }

  @Override
  public void deletePace(SettingKey key) {
    changes.add(() -> paces.remove(key));
  }

  @Override
  public void putKept(KeptCommands commands) {
    changes.add(() -> kept.put(commands.run(), commands));
  }

  @Override
  public void deleteKept(RunKey run) {
    changes.add(() -> kept.remove(run));
  }

  @Override
  public void putClock(LeaseClock next) {
    changes.add(() -> clock = next);
  }

  @Override
  public void commit() {
    changes.forEach(Runnable::run);
    changes.clear();
  }

  @Override
  public void flush() {}

  @Override
  public void discard() {
    changes.clear();
  }

  private static <T> Map<Integer, T> of(Map<RunKey, Map<Integer, T>> all, RunKey run) {
    return all.computeIfAbsent(run, key -> new HashMap<>());
  }

  // --- what is read back when a turn is undone

  @Override
  public void forEachRun(Consumer<Run> to) {
    runs.values().forEach(to);
  }

  @Override
  public void forEachChunk(BiConsumer<RunKey, JournalChunk> to) {
    chunks.forEach((run, all) -> all.values().forEach(chunk -> to.accept(run, chunk)));
  }

  @Override
  public void forEachChild(BiConsumer<RunKey, Child> to) {
    children.forEach((parent, all) -> all.values().forEach(child -> to.accept(parent, child)));
  }

  @Override
  public void forEachTree(Consumer<Tree> to) {
    trees.values().forEach(to);
  }

  @Override
  public void forEachTenant(Consumer<Tenant> to) {
    tenants.values().forEach(to);
  }

  @Override
  public void forEachSetting(Consumer<SettingEntry> to) {
    settings.values().forEach(to);
  }

  @Override
  public void forEachPace(Consumer<Pace> to) {
    paces.values().forEach(to);
  }

  @Override
  public void forEachKept(Consumer<KeptCommands> to) {
    kept.values().forEach(to);
  }

  @Override
  public void forEachWorker(Consumer<Worker> to) {
    workers.values().forEach(to);
  }

  @Override
  public LeaseClock clock() {
    return clock;
  }

  @Override
  public List<Damage> damage() {
    return List.of();
  }

  @Override
  public @Nullable Run run(RunKey key) {
    return runs.get(key);
  }

  @Override
  public void forEachChunkOf(RunKey run, Consumer<JournalChunk> to) {
    chunks.getOrDefault(run, Map.of()).values().forEach(to);
  }

  @Override
  public void forEachChildOf(RunKey parent, Consumer<Child> to) {
    children.getOrDefault(parent, Map.of()).values().forEach(to);
  }

  @Override
  public @Nullable Tree tree(RunKey root) {
    return trees.get(root);
  }

  @Override
  public @Nullable Tenant tenant(String name) {
    return tenants.get(name);
  }

  @Override
  public @Nullable SettingEntry setting(SettingKey key) {
    return settings.get(key);
  }

  @Override
  public @Nullable Pace pace(SettingKey key) {
    return paces.get(key);
  }

  @Override
  public @Nullable KeptCommands kept(RunKey run) {
    return kept.get(run);
  }

  @Override
  public @Nullable Worker worker(Incarnation incarnation) {
    return workers.get(incarnation);
  }

  // --- ids

  @Override
  public Optional<Known> find(String id, long nowMs) {
    return Optional.ofNullable(ids.get(id));
  }

  @Override
  public void add(String id, long nowMs, Known known) {
    ids.put(id, known);
  }
}
