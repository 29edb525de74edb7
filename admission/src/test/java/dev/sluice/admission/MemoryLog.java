package dev.sluice.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** State of every kind in memory: what the shell keeps in its stores. */
final class MemoryLog implements StateLog, SavedState, RecentIds {
  private record ChunkKey(RunKey run, int number) {}

  final Map<RunKey, Run> runs = new HashMap<>();
  private final Map<ChunkKey, StepChunk> steps = new HashMap<>();
  private final Map<String, Tenant> tenants = new TreeMap<>();
  private final Map<Incarnation, Worker> workers = new HashMap<>();
  private final Map<String, Long> recent = new HashMap<>();
  private LeaseClock clock = LeaseClock.START;

  @Override
  public void putRun(Run run) {
    runs.put(run.key(), run);
  }

  @Override
  public void deleteRun(RunKey run) {
    runs.remove(run);
  }

  @Override
  public void putSteps(RunKey run, StepChunk chunk) {
    steps.put(new ChunkKey(run, chunk.number()), chunk);
  }

  @Override
  public void deleteSteps(RunKey run, int chunk) {
    steps.remove(new ChunkKey(run, chunk));
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
  public void forEachSteps(BiConsumer<RunKey, StepChunk> to) {
    steps.forEach((key, chunk) -> to.accept(key.run(), chunk));
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

  int stepChunks() {
    return steps.size();
  }
}
