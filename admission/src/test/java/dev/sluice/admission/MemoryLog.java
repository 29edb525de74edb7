package dev.sluice.admission;

import dev.sluice.admission.command.KeptCommands;
import dev.sluice.admission.journal.JournalChunk;
import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.port.SavedState;
import dev.sluice.admission.port.StateLog;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingEntry;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.tenant.Tenant;
import dev.sluice.admission.tree.Child;
import dev.sluice.admission.tree.Tree;
import dev.sluice.admission.worker.LeaseClock;
import dev.sluice.admission.worker.Worker;
import dev.sluice.contract.Names;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** State of every kind in memory: what the shell keeps in its stores. */
final class MemoryLog implements StateLog, SavedState, RecentIds {
  private record ChunkKey(RunKey run, int number) {}

  /** What a turn did to a run, by the classes of its phases. */
  record Move(Class<? extends Phase> from, Class<? extends Phase> to) {}

  final Map<RunKey, Run> runs = new HashMap<>();
  int runsWritten;
  final Set<Move> moves = new HashSet<>();

  /** The run that cannot be written, once. */
  @Nullable RunKey unwritable;

  private record ChildKey(RunKey parent, int number) {}

  private int turns;
  private final Map<ChunkKey, JournalChunk> chunks = new HashMap<>();
  private final Map<ChildKey, Child> children = new HashMap<>();
  private final Map<RunKey, Tree> trees = new HashMap<>();
  private final Map<String, Tenant> tenants = new TreeMap<>();
  private final Map<Incarnation, Worker> workers = new HashMap<>();
  final Map<RunKey, KeptCommands> early = new HashMap<>();
  private final Map<String, SettingEntry> settings = new TreeMap<>();
  final Map<SettingKey, Pace> paces = new TreeMap<>();
  private final Map<String, Known> recent = new HashMap<>();
  private final Map<RunKey, Optional<Run>> kept = new HashMap<>();
  private final List<Runnable> changes = new ArrayList<>();
  private final List<Damage> damage = new ArrayList<>();
  private LeaseClock clock = LeaseClock.START;

  @Override
  public void putRun(Run run) {
    if (run.key().equals(unwritable)) {
      unwritable = null;
      throw new IllegalStateException("the test has it fail");
    }
    changes.add(() -> keep(run));
  }

  private void keep(Run run) {
    var before = kept.getOrDefault(run.key(), Optional.ofNullable(runs.get(run.key())));
    before.ifPresent(from -> moves.add(new Move(from.phase().getClass(), run.phase().getClass())));
    kept.put(run.key(), Optional.of(run));
  }

  @Override
  public void deleteRun(RunKey run) {
    changes.add(() -> kept.put(run, Optional.empty()));
  }

  @Override
  public void putChunk(RunKey run, JournalChunk chunk) {
    changes.add(() -> chunks.put(new ChunkKey(run, chunk.number()), chunk));
  }

  @Override
  public void deleteChunk(RunKey run, int number) {
    changes.add(() -> chunks.remove(new ChunkKey(run, number)));
  }

  @Override
  public void putChild(RunKey parent, Child child) {
    changes.add(() -> children.put(new ChildKey(parent, child.number()), child));
  }

  @Override
  public void deleteChild(RunKey parent, int number) {
    changes.add(() -> children.remove(new ChildKey(parent, number)));
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
  public void putKept(KeptCommands commands) {
    changes.add(() -> early.put(commands.run(), commands));
  }

  @Override
  public void deleteKept(RunKey run) {
    changes.add(() -> early.remove(run));
  }

  @Override
  public void putSetting(SettingEntry setting) {
    changes.add(() -> settings.put(setting.key().text(), setting));
  }

  @Override
  public void deleteSetting(SettingKey setting) {
    changes.add(() -> settings.remove(setting.text()));
  }

  @Override
  public void forEachSetting(Consumer<SettingEntry> to) {
    settings.values().forEach(to);
  }

  @Override
  public @Nullable SettingEntry setting(SettingKey key) {
    return settings.get(key.text());
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
  public void forEachPace(Consumer<Pace> to) {
    paces.values().forEach(to);
  }

  @Override
  public @Nullable Pace pace(SettingKey key) {
    return paces.get(key);
  }

  @Override
  public void putClock(LeaseClock next) {
    changes.add(() -> clock = next);
  }

  /** How many turns have been taken. */
  int turns() {
    return turns;
  }

  /** What is kept is beyond the point of no return: keys and entries of the gate cannot fail. */
  @Override
  public void commit() {
    turns++;
    Planted.spare(() -> changes.forEach(Runnable::run));
    changes.clear();
  }

  @Override
  public void flush() {
    Planted.spare(this::write);
    kept.clear();
  }

  private void write() {
    kept.forEach(
        (key, run) -> {
          if (run.isPresent()) {
            runsWritten++;
            runs.put(key, run.get());
          } else {
            runs.remove(key);
          }
        });
  }

  @Override
  public void discard() {
    changes.clear();
  }

  @Override
  public void forEachRun(Consumer<Run> to) {
    runs.values().forEach(to);
  }

  @Override
  public void forEachChunk(BiConsumer<RunKey, JournalChunk> to) {
    chunks.forEach((key, chunk) -> to.accept(key.run(), chunk));
  }

  @Override
  public void forEachChild(BiConsumer<RunKey, Child> to) {
    children.forEach((key, child) -> to.accept(key.parent(), child));
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
  public void forEachWorker(Consumer<Worker> to) {
    workers.values().forEach(to);
  }

  @Override
  public void forEachKept(Consumer<KeptCommands> to) {
    early.values().forEach(to);
  }

  @Override
  public @Nullable KeptCommands kept(RunKey run) {
    return early.get(run);
  }

  @Override
  public LeaseClock clock() {
    return clock;
  }

  @Override
  public List<Damage> damage() {
    var found = List.copyOf(damage);
    damage.clear();
    return found;
  }

  /** Makes one entry unreadable, and says which. */
  Damage damageOne(SplittableRandom random) {
    var entries = new ArrayList<Damage>();
    runs.values().stream()
        .filter(run -> !run.isDead()) // it has completed, which nothing else would tell
        .forEach(run -> entries.add(damage(Damage.Place.RUN, run.key(), "")));
    chunks
        .keySet()
        .forEach(key -> entries.add(damage(Damage.Place.CHUNK, key.run(), "" + key.number())));
    children
        .keySet()
        .forEach(key -> entries.add(damage(Damage.Place.CHILD, key.parent(), "" + key.number())));
    trees.keySet().forEach(root -> entries.add(damage(Damage.Place.TREE, root, "")));
    workers
        .keySet()
        .forEach(worker -> entries.add(damage(Damage.Place.WORKER, null, worker.value())));
    early.keySet().forEach(run -> entries.add(damage(Damage.Place.KEPT, run, "")));
    settings.keySet().forEach(key -> entries.add(damage(Damage.Place.SETTING, null, key)));
    paces.keySet().forEach(key -> entries.add(damage(Damage.Place.PACE, null, key.text())));
    entries.add(damage(Damage.Place.CLOCK, null, "clock"));
    entries.sort(Comparator.comparing(Damage::toString));
    var one = entries.get(random.nextInt(entries.size()));
    lose(one);
    return one;
  }

  /** Makes this entry unreadable. */
  void lose(Damage one) {
    switch (one.place()) {
      case RUN -> runs.remove(one.owner());
      case CHUNK -> chunks.remove(new ChunkKey(one.owner(), Integer.parseInt(one.name())));
      case CHILD -> children.remove(new ChildKey(one.owner(), Integer.parseInt(one.name())));
      case TREE -> trees.remove(one.owner());
      case WORKER -> workers.remove(new Incarnation(one.name()));
      case KEPT -> early.remove(one.owner());
      case SETTING -> settings.remove(one.name());
      case PACE -> paces.remove(SettingKey.parse(one.name()));
      case CLOCK -> clock = LeaseClock.START;
      case TENANT -> tenants.remove(one.name());
      case RECENT -> throw new IllegalStateException("not damaged here: " + one);
    }
    damage.add(one);
  }

  static Damage damage(Damage.Place place, @Nullable RunKey run, String name) {
    return new Damage(place, run, name, "damaged by the test", ByteBuffer.allocate(0));
  }

  @Override
  public @Nullable Run run(RunKey key) {
    return runs.get(key);
  }

  @Override
  public void forEachChunkOf(RunKey run, Consumer<JournalChunk> to) {
    chunks.forEach(
        (key, chunk) -> {
          if (key.run().equals(run)) {
            to.accept(chunk);
          }
        });
  }

  @Override
  public void forEachChildOf(RunKey parent, Consumer<Child> to) {
    children.forEach(
        (key, child) -> {
          if (key.parent().equals(parent)) {
            to.accept(child);
          }
        });
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
  public @Nullable Worker worker(Incarnation incarnation) {
    return workers.get(incarnation);
  }

  @Override
  public Optional<Known> find(String id, long nowMs) {
    return Optional.ofNullable(recent.get(id));
  }

  @Override
  public void add(String id, long nowMs, Known known) {
    recent.put(id, known);
  }

  /** Every setting that the log says. */
  Map<SettingKey, Setting> settings() {
    var said = new TreeMap<SettingKey, Setting>();
    settings.forEach(
        (key, entry) -> {
          var setting = entry.setting();
          if (setting != null) {
            said.put(setting.key(), setting);
          }
        });
    return said;
  }

  /** Every tenant's record in force. */
  Map<String, Tenant> tenants() {
    return Map.copyOf(tenants);
  }

  /** Whether nothing is kept but runs, and what dead ones may need. */
  boolean holdsNothingOfOthersThan(Set<RunKey> kept) {
    return kept.containsAll(runs.keySet())
        && chunks.keySet().stream().allMatch(key -> kept.contains(key.run()))
        && children.keySet().stream().allMatch(key -> kept.contains(key.parent()))
        && trees.keySet().stream().allMatch(root -> kept.stream().anyMatch(run -> isOf(run, root)));
  }

  private static boolean isOf(RunKey run, RunKey root) {
    return run.tenant().equals(root.tenant())
        && (run.id().equals(root.id()) || run.id().startsWith(root.id() + Names.CHILD_SEPARATOR));
  }

  /** What the gate decides on one record, turn by turn. */
  static List<GateEffect> apply(Gate gate, GateEvent event, Cause cause) {
    var effects = new ArrayList<GateEffect>();
    gate.apply(event, cause, turn -> () -> effects.addAll(turn));
    return effects;
  }
}
