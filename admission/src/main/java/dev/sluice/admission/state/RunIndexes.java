package dev.sluice.admission.state;

import dev.sluice.admission.queue.Queues;
import dev.sluice.admission.queue.Timers;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Lane;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.tenant.LiveRuns;
import dev.sluice.admission.tenant.TenantBook;
import dev.sluice.admission.tree.Trees;
import dev.sluice.admission.worker.HeldLeases;
import dev.sluice.admission.worker.Rounds;
import dev.sluice.admission.worker.Unanswered;
import dev.sluice.admission.worker.Worker;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All indexes of runs, derived only from the runs, their journals, the tenants and the trees. */
public final class RunIndexes {
  private final Entries entries;
  private final TenantBook tenants;
  private final Trees trees;
  private final Timers timers;
  private final Queues queues = new Queues();
  private final LiveRuns live = new LiveRuns();
  private final Rounds rounds;
  private final Unanswered unanswered = new Unanswered();
  private final Map<Incarnation, HeldLeases> held = new HashMap<>();
  private final TreeMap<Lane, TreeSet<RunKey>> agentWaits = new TreeMap<>();
  private final TreeMap<RunKey, TreeSet<RunKey>> budgetWaits = new TreeMap<>();
  private final PoolWaits poolWaits = new PoolWaits();
  private final TreeSet<RunKey> lost = new TreeSet<>();
  private final TreeMap<Long, TreeSet<RunKey>> told = new TreeMap<>();
  private @Nullable Run offered;
  private @Nullable RunKey lastAwaited;
  private boolean isHalfChanged;

  RunIndexes(GateSettings settings, Entries entries) {
    this.entries = entries;
    tenants = entries.tenants;
    trees = entries.trees;
    timers = new Timers(settings);
    rounds = new Rounds(settings.liveRepeatMs());
  }

  void add(Run run, Map<String, Long> charged) {
    trees.add(run, charged);
    tenants.add(run);
    live.add(run.key().tenant());
    rounds.add(run.key());
    timers.add(run);
    switch (run.phase()) {
      case Phase.Queued queued when run.isDispatchable() -> queues.add(run, lane(run));
      case Phase.Dispatched dispatched -> unanswered.add(run, dispatched);
      case Phase.Running running -> {
        heldBy(running.holder()).add(run, running);
        if (running.toldLeaseMs() != null) {
          told.computeIfAbsent(running.toldLeaseMs(), since -> new TreeSet<>()).add(run.key());
        }
      }
      case Phase.Waiting waiting when (waiting.on() instanceof Wait.Agent) ->
          agentWaits.computeIfAbsent(lane(run), lane -> new TreeSet<>()).add(run.key());
      case Phase.Waiting waiting when (waiting.on() instanceof Wait.Budget) ->
          budgetWaits.computeIfAbsent(run.root(), root -> new TreeSet<>()).add(run.key());
      case Phase.Waiting waiting when (waiting.on() instanceof Wait.Pool) ->
          poolWaits.add(run, waiting);
      case Phase.Lost nothing -> lost.add(run.key());
      case Phase.Queued queued -> {}
      case Phase.Fencing fencing -> {}
      case Phase.Waiting waiting -> {}
      case Phase.Dead dead -> {}
    }
  }

  /** Which workers can take a run. Its journal grows while it is in no lane. */
  public Lane lane(Run run) {
    return run.lane(entries.needs(run.key()));
  }

  /** Takes back an {@link #add} with the same arguments. */
  void remove(Run run, Map<String, Long> charged, boolean isHolderKnown) {
    withdraw(run);
    trees.subtract(run, charged);
    tenants.remove(run);
    live.remove(run.key().tenant());
    rounds.remove(run.key());
    timers.remove(run);
    switch (run.phase()) {
      case Phase.Queued queued when run.isDispatchable() -> queues.remove(run, lane(run));
      case Phase.Dispatched dispatched -> unanswered.remove(run, dispatched);
      case Phase.Running running -> {
        release(running.holder(), run.key(), isHolderKnown);
        if (running.toldLeaseMs() != null) {
          forget(told, running.toldLeaseMs(), run.key());
        }
      }
      case Phase.Waiting waiting when (waiting.on() instanceof Wait.Agent) ->
          forget(agentWaits, lane(run), run.key());
      case Phase.Waiting waiting when (waiting.on() instanceof Wait.Budget) ->
          forget(budgetWaits, run.root(), run.key());
      case Phase.Waiting waiting when (waiting.on() instanceof Wait.Pool) ->
          poolWaits.remove(run, waiting);
      case Phase.Lost nothing -> lost.remove(run.key());
      case Phase.Queued queued -> {}
      case Phase.Fencing fencing -> {}
      case Phase.Waiting waiting -> {}
      case Phase.Dead dead -> {}
    }
  }

  private void release(Incarnation holder, RunKey run, boolean isKnown) {
    var leases = heldBy(holder);
    leases.remove(run);
    if (leases.isEmpty() && !isKnown) {
      held.remove(holder);
    }
  }

  private static <K> void forget(Map<K, ? extends Set<RunKey>> waits, K on, RunKey run) {
    var waiting = waits.get(on);
    if (waiting != null) {
      waiting.remove(run);
      if (waiting.isEmpty()) {
        waits.remove(on);
      }
    }
  }

  /** Lets a run whose input is not read back be chosen, while its submission is at hand. */
  public void offer(Run run) {
    isHalfChanged = true;
    offered = run;
    queues.add(run, lane(run));
    rank(run.key().tenant());
    isHalfChanged = false;
  }

  /** Takes back an {@link #offer}, if it still stands. */
  public void withdraw(Run run) {
    if (offered != null && offered.key().equals(run.key())) {
      isHalfChanged = true;
      queues.remove(offered, lane(offered));
      offered = null;
      rank(run.key().tenant());
      isHalfChanged = false;
    }
  }

  /** Whether an offer, or taking it back, failed in the middle: nobody can take that back. */
  boolean isHalfChanged() {
    return isHalfChanged;
  }

  void rank(String tenant) {
    queues.rank(tenant, tenants.share(tenant), tenants.mayStart(tenant));
  }

  HeldLeases heldBy(Incarnation incarnation) {
    return held.computeIfAbsent(incarnation, key -> new HeldLeases());
  }

  /** Whether it holds a lease; nothing is kept of one that does not. */
  public boolean holdsAny(Incarnation incarnation) {
    var leases = held.get(incarnation);
    return leases != null && !leases.isEmpty();
  }

  /** Counts the holder's leases against its newest heartbeat. */
  void heard(Worker worker) {
    heldBy(worker.incarnation()).countAgainst(worker.number());
  }

  /** Nothing was ever heard of the holder. */
  void unheard(Incarnation incarnation) {
    var leases = heldBy(incarnation);
    leases.countAgainst(-1);
    if (leases.isEmpty()) {
      held.remove(incarnation);
    }
  }

  void forget(Incarnation incarnation) {
    held.remove(incarnation);
  }

  public LiveRuns live() {
    return live;
  }

  /** When each run has its turn to be told of. */
  public Rounds rounds() {
    return rounds;
  }

  Queues queues() {
    return queues;
  }

  Unanswered unanswered() {
    return unanswered;
  }

  public Timers timers() {
    return timers;
  }

  /** Runs of which nothing is known but their names. */
  public Collection<RunKey> lost() {
    return List.copyOf(lost);
  }

  /** Runs of which the holder had said by then that it was told to stop, and that go on. */
  public List<RunKey> toldUntil(long leaseTimeMs) {
    return told.headMap(leaseTimeMs, true).values().stream()
        .flatMap(TreeSet::stream)
        .limit(GateSettings.MAX_PER_EVENT)
        .toList();
  }

  /** Runs that wait for their pool. */
  public PoolWaits poolWaits() {
    return poolWaits;
  }

  /** Runs of a tree that wait for its budget. */
  public List<RunKey> waitingForBudgetOf(RunKey root) {
    return List.copyOf(budgetWaits.getOrDefault(root, new TreeSet<>()));
  }

  /** Roots of up to {@code most} trees that are waited for: those behind the last ones told. */
  public List<RunKey> nextAwaitedTrees(int most) {
    var last = lastAwaited;
    var trees = last == null ? budgetWaits : budgetWaits.tailMap(last, false);
    var next = trees.keySet().stream().limit(most).toList();
    lastAwaited = next.size() < most ? null : next.getLast();
    return next;
  }

  /** Runs that wait for a worker with the agent, in lanes that {@code worker} serves. */
  public List<RunKey> waitingForAgentsOf(Worker worker) {
    return agentWaits.entrySet().stream()
        .filter(lane -> worker.serves(lane.getKey()))
        .flatMap(lane -> lane.getValue().stream())
        .limit(GateSettings.MAX_PER_EVENT)
        .toList();
  }
}
