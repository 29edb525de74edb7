package dev.sluice.admission;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that the gate knows of one partition. What cannot be derived is written to the {@link
 * StateLog} at the end of each turn, once for each entry that the turn changed, or read back from
 * it when the turn is undone. Everything else here is derived from these entries alone, so that a
 * gate that restarts decides as if it had not (I9).
 */
final class GateState {
  private final StateLog log;
  private final SavedState saved;
  private final Entries entries;
  private final RunIndexes indexes;
  private final Unsaved unsaved = new Unsaved();
  private LeaseClock savedClock;
  private int changesUnderWay;

  private GateState(GateSettings settings, SavedState saved, StateLog log, Set<RunKey> leftOut) {
    this.log = log;
    this.saved = saved;
    savedClock = saved.clock();
    entries = new Entries(settings, savedClock);
    indexes = new RunIndexes(settings, entries.tenants, entries.trees);
    saved.forEachTenant(entries.tenants::put);
    saved.forEachTree(entries.trees::put);
    saved.forEachChild(entries.families::put);
    saved.forEachChunk((run, chunk) -> journalOf(run).set(chunk));
    saved.forEachRun(
        run -> {
          if (!leftOut.contains(run.key())) {
            take(run);
          }
        });
    saved.forEachWorker(
        worker -> {
          entries.workers.put(worker);
          indexes.heard(worker);
        });
    entries.tenants.names().forEach(indexes::rank);
  }

  private void take(Run run) {
    try {
      entries.runs.put(run.key(), run);
      indexes.add(run, charged(run.key()));
    } catch (RuntimeException e) {
      throw new UnusableRunException(run.key(), e);
    }
  }

  /**
   * Reads what was saved.
   *
   * @param found takes what cannot be read, or makes no sense
   */
  static GateState restore(
      GateSettings settings, SavedState saved, StateLog log, List<Damage> found) {
    var unusable = new ArrayList<Damage>();
    var leftOut = new HashSet<RunKey>();
    while (true) {
      try {
        var state = new GateState(settings, saved, log, leftOut);
        found.addAll(saved.damage());
        found.addAll(unusable);
        return state;
      } catch (UnusableRunException e) {
        leftOut.add(e.run());
        unusable.add(Damage.ofRun(e.run(), String.valueOf(e.getCause())));
      }
    }
  }

  // --- turns

  /**
   * Hands what the turn changed to the log.
   *
   * @throws RuntimeException if an entry cannot be written; the turn is then to be undone
   */
  void save() {
    entries.save(unsaved, log);
  }

  /** The log has what the turn changed; the next turn begins. */
  void settle() {
    unsaved.clear();
    savedClock = entries.clock;
  }

  /**
   * Takes back what the turn changed, from what the log has.
   *
   * @return false if the turn failed in the middle of a change: this state is of no use any more,
   *     and another is to be made of what was saved
   */
  boolean undo() {
    if (changesUnderWay > 0 || indexes.isHalfChanged()) {
      return false;
    }
    var touched = unsaved.touchedRuns();
    touched.forEach(this::drop);
    unsaved.trees().forEach(this::restoreTree);
    unsaved.tenants().forEach(this::restoreTenant);
    touched.forEach(this::restore);
    unsaved.workers().forEach(this::restoreWorker);
    entries.clock = savedClock;
    touched.forEach(run -> indexes.rank(run.tenant()));
    unsaved.clear();
    return true;
  }

  private void drop(RunKey key) {
    var run = entries.runs.remove(key);
    if (run != null) {
      unindex(run);
    }
    entries.journals.remove(key);
    entries.families.remove(key);
  }

  private void restore(RunKey key) {
    saved.forEachChunkOf(key, chunk -> journalOf(key).set(chunk));
    saved.forEachChildOf(key, child -> entries.families.put(key, child));
    var run = saved.run(key);
    if (run != null) {
      entries.runs.put(key, run);
      indexes.add(run, charged(key));
    }
  }

  private void restoreTree(RunKey root) {
    var tree = saved.tree(root);
    if (tree == null) {
      entries.trees.remove(root);
    } else {
      entries.trees.put(tree);
    }
  }

  private void restoreTenant(String name) {
    var tenant = saved.tenant(name);
    if (tenant == null) {
      entries.tenants.forget(name);
    } else {
      entries.tenants.put(tenant);
    }
    indexes.rank(name);
  }

  private void restoreWorker(Incarnation incarnation) {
    var worker = saved.worker(incarnation);
    if (worker == null) {
      entries.workers.remove(incarnation);
      indexes.unheard(incarnation);
    } else {
      entries.workers.put(worker);
      indexes.heard(worker);
    }
  }

  /** A failure in the middle of a change leaves indexes that nobody can take back. */
  private void change(Runnable change) {
    changesUnderWay++;
    change.run();
    changesUnderWay--;
  }

  /** Has what cannot be read written over, or deleted, when this turn is saved. */
  void replace(Damage damage) {
    unsaved.damaged(damage);
  }

  // --- runs

  @Nullable Run run(RunKey key) {
    return entries.runs.get(key);
  }

  Collection<Run> runs() {
    return entries.runs.values();
  }

  void put(Run run) {
    unsaved.run(run.key());
    change(
        () -> {
          var former = entries.runs.put(run.key(), run);
          if (former != null) {
            unindex(former);
          }
          indexes.add(run, charged(run.key()));
          indexes.rank(run.key().tenant());
        });
  }

  void remove(Run run) {
    var key = run.key();
    unsaved.run(key);
    change(
        () -> {
          entries.runs.remove(key);
          unindex(run);
          indexes.rank(key.tenant());
          leaveTree(run);
          journalOf(key).chunkNumbers().forEach(number -> unsaved.chunk(key, number));
          entries.journals.remove(key);
          families().of(key).forEach(child -> unsaved.child(key, child.number()));
          families().remove(key);
        });
  }

  private void unindex(Run run) {
    boolean isHolderKnown =
        run.phase() instanceof Phase.Running running && workers().get(running.holder()) != null;
    indexes.remove(run, charged(run.key()), isHolderKnown);
  }

  /** A tree ends with the last of its runs; until then it knows what those before had charged. */
  private void leaveTree(Run run) {
    var tree = trees().get(run.root());
    if (tree == null) {
      return;
    }
    if (trees().members(tree.root()).isEmpty()) {
      trees().remove(tree.root());
      unsaved.tree(tree.root());
    } else if (tree.hasBudget()) {
      put(tree.plusEnded(charged(run.key())));
    }
  }

  // --- journals

  JournalIndex journalOf(RunKey run) {
    return entries.journalOf(run);
  }

  private Map<String, Long> charged(RunKey run) {
    return entries.charged(run);
  }

  /** Appends a position; what it changes of the sums is in {@code totals}. */
  void append(RunKey key, Position position, Incarnation writer, JournalChunk.Totals totals) {
    changeJournal(key, () -> journalOf(key).append(position, writer, totals));
  }

  void charge(RunKey key, Map<String, Long> charged) {
    if (!charged.isEmpty()) {
      var index = journalOf(key);
      var totals = index.totals().plus(0, 0, charged);
      changeJournal(key, () -> index.set(totals));
    }
  }

  private void changeJournal(RunKey key, Supplier<JournalChunk> change) {
    var run = Objects.requireNonNull(run(key), () -> "no run " + key);
    change(
        () -> {
          trees().subtract(run, charged(key));
          unsaved.chunk(key, change.get().number());
          trees().add(run, charged(key));
        });
  }

  void resolve(RunKey run, int seq, Signal signal) {
    change(() -> unsaved.chunk(run, journalOf(run).resolve(seq, signal).number()));
  }

  /** Lets replay begin at {@code checkpoint}. */
  void cut(RunKey run, int checkpoint) {
    var index = journalOf(run);
    change(
        () -> {
          unsaved.chunk(run, index.set(index.totals().from(checkpoint)).number());
          index.cut().forEach(number -> unsaved.chunk(run, number));
        });
  }

  // --- families and trees

  Families families() {
    return entries.families;
  }

  Trees trees() {
    return entries.trees;
  }

  void put(RunKey parent, Child child) {
    unsaved.child(parent, child.number());
    families().put(parent, child);
  }

  void put(Tree tree) {
    unsaved.tree(tree.root());
    trees().put(tree);
  }

  /** The tree of a live run, kept from now on. */
  Tree treeOf(Run run) {
    var known = trees().get(run.root());
    if (known != null) {
      return known;
    }
    var tree = Tree.of(run.key(), run.spec()).plusMeters(charged(run.key()).keySet());
    change(
        () -> {
          put(tree);
          trees().add(run, charged(run.key()));
        });
    return tree;
  }

  // --- workers

  void put(Worker worker) {
    unsaved.worker(worker.incarnation());
    change(
        () -> {
          workers().put(worker);
          indexes.heard(worker);
        });
  }

  void forget(Worker worker) {
    unsaved.worker(worker.incarnation());
    change(() -> workers().remove(worker.incarnation()));
    change(() -> indexes.forget(worker.incarnation()));
  }

  HeldLeases heldBy(Incarnation incarnation) {
    return indexes.heldBy(incarnation);
  }

  Workers workers() {
    return entries.workers;
  }

  // --- tenants and time

  void put(Tenant tenant) {
    unsaved.tenant(tenant.name());
    change(() -> tenants().put(tenant));
    change(() -> indexes.rank(tenant.name()));
  }

  /** Forgets a tenant's record that says no more than none would. */
  void forget(Tenant tenant) {
    unsaved.tenant(tenant.name());
    change(() -> tenants().forget(tenant.name()));
    change(() -> indexes.rank(tenant.name()));
  }

  TenantBook tenants() {
    return entries.tenants;
  }

  void put(LeaseClock next) {
    unsaved.clock();
    entries.clock = next;
  }

  LeaseClock clock() {
    return entries.clock;
  }

  long leaseTimeMs() {
    return clock().leaseTimeMs();
  }

  // --- what runs are found by

  RunIndexes indexes() {
    return indexes;
  }

  Queues queues() {
    return indexes.queues();
  }

  Unanswered unanswered() {
    return indexes.unanswered();
  }

  Timers timers() {
    return indexes.timers();
  }
}
