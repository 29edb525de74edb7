package dev.sluice.admission;

import dev.sluice.contract.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** State of every kind in memory: what the shell keeps in its stores. */
final class MemoryLog implements StateLog, SavedState, RecentIds {
  private record ChunkKey(RunKey run, int number) {}

  final Map<RunKey, Run> runs = new HashMap<>();
  int runsWritten;

  private record ChildKey(RunKey parent, int number) {}

  private final Map<ChunkKey, JournalChunk> chunks = new HashMap<>();
  private final Map<ChildKey, Child> children = new HashMap<>();
  private final Map<RunKey, Tree> trees = new HashMap<>();
  private final Map<String, Tenant> tenants = new TreeMap<>();
  private final Map<Incarnation, Worker> workers = new HashMap<>();
  private final Map<String, Long> recent = new HashMap<>();
  private LeaseClock clock = LeaseClock.START;

  @Override
  public void putRun(Run run) {
    runsWritten++;
    runs.put(run.key(), run);
  }

  @Override
  public void deleteRun(RunKey run) {
    runs.remove(run);
  }

  @Override
  public void putChunk(RunKey run, JournalChunk chunk) {
    chunks.put(new ChunkKey(run, chunk.number()), chunk);
  }

  @Override
  public void deleteChunk(RunKey run, int number) {
    chunks.remove(new ChunkKey(run, number));
  }

  @Override
  public void putChild(RunKey parent, Child child) {
    children.put(new ChildKey(parent, child.number()), child);
  }

  @Override
  public void deleteChild(RunKey parent, int number) {
    children.remove(new ChildKey(parent, number));
  }

  @Override
  public void putTree(Tree tree) {
    trees.put(tree.root(), tree);
  }

  @Override
  public void deleteTree(RunKey root) {
    trees.remove(root);
  }

  @Override
  public void putTenant(Tenant tenant) {
    tenants.put(tenant.name(), tenant);
  }

  @Override
  public void putWorker(Worker worker) {
    workers.put(worker.incarnation(), worker);
  }

  @Override
  public void deleteWorker(Incarnation worker) {
    workers.remove(worker);
  }

  @Override
  public void putClock(LeaseClock next) {
    clock = next;
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
  public LeaseClock clock() {
    return clock;
  }

  @Override
  public OptionalLong find(String id, long nowMs) {
    var mark = recent.get(id);
    return mark == null ? OptionalLong.empty() : OptionalLong.of(mark);
  }

  @Override
  public void add(String id, long nowMs, long mark) {
    recent.put(id, mark);
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
}
