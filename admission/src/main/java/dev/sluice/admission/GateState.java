package dev.sluice.admission;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that the gate knows of one partition. What cannot be derived is written to the {@link
 * StateLog}: runs once for each record that changes them, with {@link #save}, all else at once.
 * Everything else here is derived from these entries alone, so that a gate that restarts decides as
 * if it had not (I9).
 */
final class GateState {
  private final StateLog log;
  private final Map<RunKey, Run> runs = new HashMap<>();
  private final Set<RunKey> unsaved = new LinkedHashSet<>();
  private final Map<RunKey, JournalIndex> journals = new HashMap<>();
  private final Map<Incarnation, HeldLeases> held = new HashMap<>();
  private final TreeMap<Lane, TreeSet<RunKey>> agentWaits = new TreeMap<>();
  private final TenantBook tenants;
  private final Families families = new Families();
  private final Trees trees = new Trees();
  private final Queues queues = new Queues();
  private final Unanswered unanswered = new Unanswered();
  private final Timers timers;
  private final Workers workers = new Workers();
  private LeaseClock clock;

  GateState(GateSettings settings, SavedState saved, StateLog log) {
    this.log = log;
    tenants = new TenantBook(settings);
    timers = new Timers(settings);
    clock = saved.clock();
    saved.forEachTenant(tenants::put);
    saved.forEachTree(trees::put);
    saved.forEachChild(families::put);
    saved.forEachChunk((run, chunk) -> journalOf(run).set(chunk));
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
    unsaved.add(run.key());
  }

  void remove(Run run) {
    var key = run.key();
    runs.remove(key);
    unindex(run);
    rank(key.tenant());
    leaveTree(run);
    journalOf(key).chunkNumbers().forEach(number -> log.deleteChunk(key, number));
    journals.remove(key);
    families.of(key).forEach(child -> log.deleteChild(key, child.number()));
    families.remove(key);
    unsaved.add(key);
  }

  /** Writes down the runs that were changed since the last call, each as it now is. */
  void save() {
    for (var key : unsaved) {
      var run = runs.get(key);
      if (run == null) {
        log.deleteRun(key);
      } else {
        log.putRun(run);
      }
    }
    unsaved.clear();
  }

  /** A tree ends with the last of its runs; until then it knows what those before had charged. */
  private void leaveTree(Run run) {
    var tree = trees.get(run.root());
    if (tree == null) {
      return;
    }
    if (trees.members(tree.root()).isEmpty()) {
      trees.remove(tree.root());
      log.deleteTree(tree.root());
    } else if (tree.hasBudget()) {
      put(tree.plusEnded(charged(run.key())));
    }
  }

  private void index(Run run) {
    trees.add(run, charged(run.key()));
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
      case Phase.Dead dead -> {}
    }
  }

  private void unindex(Run run) {
    trees.subtract(run, charged(run.key()));
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
      case Phase.Dead dead -> {}
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

  // --- journals

  JournalIndex journalOf(RunKey run) {
    return journals.computeIfAbsent(run, key -> new JournalIndex());
  }

  private Map<String, Long> charged(RunKey run) {
    var index = journals.get(run);
    return index == null ? Map.of() : index.charged();
  }

  /** Appends a position; what it changes of the sums is in {@code totals}. */
  void append(RunKey key, Position position, Incarnation writer, JournalChunk.Totals totals) {
    changeCharges(key, () -> log.putChunk(key, journalOf(key).append(position, writer, totals)));
  }

  void charge(RunKey key, Map<String, Long> charged) {
    if (!charged.isEmpty()) {
      var index = journalOf(key);
      var totals = index.totals().plus(0, 0, charged);
      changeCharges(key, () -> log.putChunk(key, index.set(totals)));
    }
  }

  private void changeCharges(RunKey key, Runnable change) {
    var run = Objects.requireNonNull(runs.get(key), () -> "no run " + key);
    trees.subtract(run, charged(key));
    change.run();
    trees.add(run, charged(key));
  }

  void resolve(RunKey run, int seq, Signal signal) {
    log.putChunk(run, journalOf(run).resolve(seq, signal));
  }

  /** Lets replay begin at {@code checkpoint}. */
  void cut(RunKey run, int checkpoint) {
    var index = journalOf(run);
    log.putChunk(run, index.set(index.totals().from(checkpoint)));
    index.cut().forEach(number -> log.deleteChunk(run, number));
  }

  // --- families and trees

  Families families() {
    return families;
  }

  Trees trees() {
    return trees;
  }

  void put(RunKey parent, Child child) {
    families.put(parent, child);
    log.putChild(parent, child);
  }

  void put(Tree tree) {
    trees.put(tree);
    log.putTree(tree);
  }

  /** The tree of a live run, kept from now on. */
  Tree treeOf(Run run) {
    var known = trees.get(run.root());
    if (known != null) {
      return known;
    }
    var tree = Tree.of(run.key(), run.spec());
    put(tree);
    trees.add(run, charged(run.key()));
    return tree;
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
