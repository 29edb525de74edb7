package dev.sluice.admission;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that the gate knows of one partition. Runs, tenants, workers and the clock are written
 * through to the {@link StateLog}; everything else here is derived from them alone, so that a gate
 * that restarts decides as if it had not (I9).
 */
final class GateState {
  private final StateLog log;
  private final Map<RunKey, Run> runs = new HashMap<>();
  private final Map<RunKey, StepIndex> steps = new HashMap<>();
  private final Map<Incarnation, HeldLeases> held = new HashMap<>();
  private final TreeMap<Lane, TreeSet<RunKey>> agentWaits = new TreeMap<>();
  private final TenantBook tenants;
  private final Queues queues = new Queues();
  private final Unanswered unanswered = new Unanswered();
  private final Timers timers;
  private final Workers workers = new Workers();
  private LeaseClock clock;

  GateState(GateSettings settings, SavedState saved, StateLog log) {
    this.log = log;
    tenants = new TenantBook(settings);
    timers = new Timers(settings.defaultMaxDurationMs());
    clock = saved.clock();
    saved.forEachTenant(tenants::put);
    saved.forEachSteps((run, chunk) -> stepsOf(run).set(chunk));
    saved.forEachRun(
        run -> {
          runs.put(run.key(), run);
          index(run);
        });
    saved.forEachWorker(
        worker -> {
          workers.put(worker);
          heldBy(worker.incarnation()).countAgainst(worker.number());
        });
    tenants.names().forEach(this::rank);
  }

  // --- runs

  @Nullable Run run(RunKey key) {
    return runs.get(key);
  }

  Collection<Run> runs() {
    return runs.values();
  }

  void put(Run run) {
    var former = runs.put(run.key(), run);
    if (former != null) {
      unindex(former);
    }
    index(run);
    rank(run.key().tenant());
    log.putRun(run);
  }

  void remove(Run run) {
    runs.remove(run.key());
    unindex(run);
    rank(run.key().tenant());
    var index = steps.remove(run.key());
    for (int chunk = 0; index != null && chunk < index.chunkCount(); chunk++) {
      log.deleteSteps(run.key(), chunk);
    }
    log.deleteRun(run.key());
  }

  private void index(Run run) {
    tenants.add(run);
    timers.add(run);
    switch (run.phase()) {
      case Phase.Queued queued when run.isDispatchable() -> queues.add(run);
      case Phase.Dispatched dispatched -> unanswered.add(run, dispatched);
      case Phase.Running running -> heldBy(running.holder()).add(run.key(), running.heartbeat());
      case Phase.Waiting waiting when (waiting.on() instanceof Wait.Agent) ->
          agentWaits.computeIfAbsent(run.spec().lane(), lane -> new TreeSet<>()).add(run.key());
      case Phase.Queued queued -> {}
      case Phase.Fencing fencing -> {}
      case Phase.Waiting waiting -> {}
    }
  }

  private void unindex(Run run) {
    tenants.remove(run);
    timers.remove(run);
    switch (run.phase()) {
      case Phase.Queued queued when run.isDispatchable() -> queues.remove(run);
      case Phase.Dispatched dispatched -> unanswered.remove(run, dispatched);
      case Phase.Running running -> release(running.holder(), run.key());
      case Phase.Waiting waiting when (waiting.on() instanceof Wait.Agent) -> forgetAgentWait(run);
      case Phase.Queued queued -> {}
      case Phase.Fencing fencing -> {}
      case Phase.Waiting waiting -> {}
    }
  }

  private void release(Incarnation holder, RunKey run) {
    var leases = heldBy(holder);
    leases.remove(run);
    if (leases.isEmpty() && workers.get(holder) == null) {
      held.remove(holder);
    }
  }

  private void forgetAgentWait(Run run) {
    var waiting = agentWaits.get(run.spec().lane());
    if (waiting != null) {
      waiting.remove(run.key());
      if (waiting.isEmpty()) {
        agentWaits.remove(run.spec().lane());
      }
    }
  }

  /** Lets a run whose input is not read back be chosen, while its submission is at hand. */
  void offer(Run run) {
    queues.add(run);
    rank(run.key().tenant());
  }

  /** Takes back an {@link #offer} that nobody took. */
  void withdraw(Run run) {
    queues.remove(run);
    rank(run.key().tenant());
  }

  private void rank(String tenant) {
    queues.rank(tenant, tenants.share(tenant), tenants.mayStart(tenant));
  }

  // --- steps

  StepIndex stepsOf(RunKey run) {
    return steps.computeIfAbsent(run, key -> new StepIndex());
  }

  void appendStep(RunKey run, StepEntry entry, Map<String, Long> charged) {
    log.putSteps(run, stepsOf(run).append(entry, charged));
  }

  void charge(RunKey run, Map<String, Long> charged) {
    if (!charged.isEmpty()) {
      log.putSteps(run, stepsOf(run).charge(charged));
    }
  }

  // --- workers

  void put(Worker worker) {
    workers.put(worker);
    heldBy(worker.incarnation()).countAgainst(worker.number());
    log.putWorker(worker);
  }

  void forget(Worker worker) {
    workers.remove(worker.incarnation());
    held.remove(worker.incarnation());
    log.deleteWorker(worker.incarnation());
  }

  HeldLeases heldBy(Incarnation incarnation) {
    return held.computeIfAbsent(incarnation, key -> new HeldLeases());
  }

  // --- tenants and time

  void put(Tenant tenant) {
    tenants.put(tenant);
    rank(tenant.name());
    log.putTenant(tenant);
  }

  void put(LeaseClock next) {
    clock = next;
    log.putClock(next);
  }

  long leaseTimeMs() {
    return clock.leaseTimeMs();
  }

  LeaseClock clock() {
    return clock;
  }

  TenantBook tenants() {
    return tenants;
  }

  Queues queues() {
    return queues;
  }

  Unanswered unanswered() {
    return unanswered;
  }

  Timers timers() {
    return timers;
  }

  Workers workers() {
    return workers;
  }

  /** Runs that wait for a worker with the agent, in lanes that {@code worker} serves. */
  List<RunKey> waitingForAgentsOf(Worker worker) {
    return agentWaits.entrySet().stream()
        .filter(lane -> worker.serves(lane.getKey()))
        .flatMap(lane -> lane.getValue().stream())
        .limit(GateSettings.MAX_PER_EVENT)
        .toList();
  }
}
