package dev.sluice.admission.state;

import dev.sluice.admission.command.KeptBook;
import dev.sluice.admission.command.KeptCommands;
import dev.sluice.admission.journal.JournalChunk;
import dev.sluice.admission.journal.JournalIndex;
import dev.sluice.admission.journal.Position;
import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.pace.Paces;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.SavedState;
import dev.sluice.admission.port.StateLog;
import dev.sluice.admission.queue.Queues;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.SettingEntry;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.SettingsBook;
import dev.sluice.admission.tenant.Tenant;
import dev.sluice.admission.tenant.TenantBook;
import dev.sluice.admission.tree.Child;
import dev.sluice.admission.tree.Families;
import dev.sluice.admission.tree.Tree;
import dev.sluice.admission.tree.Trees;
import dev.sluice.admission.worker.HeldLeases;
import dev.sluice.admission.worker.LeaseClock;
import dev.sluice.admission.worker.Unanswered;
import dev.sluice.admission.worker.Worker;
import dev.sluice.admission.worker.Workers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the gate knows about one partition. Entries that cannot be derived are written to
 * the {@link StateLog} at the end of each turn, once per changed entry, or read back from it when
 * the turn is undone. Everything else here is derived from these entries alone, so that a gate that
 * restarts decides as if it had not (I9).
 */
public final class GateState {
  private final StateLog log;
  private final Entries entries;
  private final RunIndexes indexes;
  private final Reading reading;
  private final Unsaved unsaved = new Unsaved();
  private LeaseClock savedClock;
  private int changesUnderWay;

  private GateState(GateSettings settings, SavedState saved, StateLog log, Set<RunKey> leftOut) {
    this.log = log;
    savedClock = saved.clock();
    entries = new Entries(settings, savedClock);
    indexes = new RunIndexes(settings, entries);
    reading = new Reading(saved, entries, indexes);
    reading.all(leftOut);
  }

  /**
   * Reads what was saved.
   *
   * @param found takes what cannot be read, or makes no sense
   */
  public static GateState restore(
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
  public void save() {
    entries.save(unsaved, log);
  }

  /** The log has what the turn changed; the next turn begins. */
  public void settle() {
    unsaved.clear();
    savedClock = entries.clock;
  }

  /**
   * Takes back what the turn changed, from what the log has.
   *
   * @return false if the turn failed in the middle of a change: this state is of no use any more,
   *     and another is to be made of what was saved
   */
  public boolean undo() {
    if (changesUnderWay > 0 || indexes.isHalfChanged()) {
      return false;
    }
    entries.clock = savedClock;
    reading.again(unsaved);
    unsaved.clear();
    return true;
  }

  /** A failure in the middle of a change leaves indexes that nobody can take back. */
  private void change(Runnable change) {
    changesUnderWay++;
    change.run();
    changesUnderWay--;
  }

  /** Has what cannot be read written over, or deleted, when this turn is saved. */
  public void replace(Damage damage) {
    unsaved.damaged(damage);
  }

  // --- runs

  public @Nullable Run run(RunKey key) {
    return entries.runs.get(key);
  }

  public Collection<Run> runs() {
    return entries.runs.values();
  }

  public void put(Run run) {
    unsaved.run(run.key());
    change(
        () -> {
          var former = entries.runs.put(run.key(), run);
          if (former != null) {
            indexes.remove(former, charged(run.key()), entries.isHolderKnown(former));
          }
          indexes.add(run, charged(run.key()));
          indexes.rank(run.key().tenant());
        });
  }

  public void remove(Run run) {
    var key = run.key();
    unsaved.run(key);
    change(
        () -> {
          entries.runs.remove(key);
          indexes.remove(run, charged(key), entries.isHolderKnown(run));
          indexes.rank(key.tenant());
          leaveTree(run);
          journalOf(key).chunkNumbers().forEach(number -> unsaved.chunk(key, number));
          entries.journals.remove(key);
          families().of(key).forEach(child -> unsaved.child(key, child.number()));
          families().remove(key);
        });
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

  public JournalIndex journalOf(RunKey run) {
    return entries.journalOf(run);
  }

  private Map<String, Long> charged(RunKey run) {
    return entries.charged(run);
  }

  /** Appends a position; what it changes of the sums is in {@code totals}. */
  public void append(
      RunKey key, Position position, Incarnation writer, JournalChunk.Totals totals) {
    changeJournal(key, () -> journalOf(key).append(position, writer, totals));
  }

  public void charge(RunKey key, Map<String, Long> charged) {
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

  public void resolve(RunKey run, int seq, UnaryOperator<Position> outcome) {
    change(() -> unsaved.chunk(run, journalOf(run).resolve(seq, outcome).number()));
  }

  /** Lets replay begin at {@code checkpoint}, which needs this. */
  public void cut(RunKey run, int checkpoint, Needs needs) {
    var index = journalOf(run);
    change(
        () -> {
          unsaved.chunk(run, index.set(index.totals().from(checkpoint, needs)).number());
          index.cut().forEach(number -> unsaved.chunk(run, number));
        });
  }

  // --- families and trees

  public Families families() {
    return entries.families;
  }

  public Trees trees() {
    return entries.trees;
  }

  public void put(RunKey parent, Child child) {
    unsaved.child(parent, child.number());
    families().put(parent, child);
  }

  public void put(Tree tree) {
    unsaved.tree(tree.root());
    trees().put(tree);
  }

  /** The tree of a live run, kept from now on. */
  public Tree treeOf(Run run) {
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

  public void put(Worker worker) {
    unsaved.worker(worker.incarnation());
    change(
        () -> {
          workers().put(worker);
          indexes.heard(worker);
        });
  }

  public void forget(Worker worker) {
    unsaved.worker(worker.incarnation());
    change(() -> workers().remove(worker.incarnation()));
    change(() -> indexes.forget(worker.incarnation()));
  }

  public HeldLeases heldBy(Incarnation incarnation) {
    return indexes.heldBy(incarnation);
  }

  public Workers workers() {
    return entries.workers;
  }

  // --- commands to runs that have not come

  public void put(KeptCommands kept) {
    unsaved.kept(kept.run());
    change(() -> kept().put(kept));
  }

  public void dropKept(RunKey run) {
    unsaved.kept(run);
    change(() -> kept().remove(run));
  }

  public KeptBook kept() {
    return entries.kept;
  }

  // --- settings

  /** The settings in force. */
  public GateSettings settings() {
    return entries.settings.inForce();
  }

  /** What the log says of settings. */
  public SettingsBook said() {
    return entries.settings;
  }

  public void put(SettingEntry entry) {
    unsaved.setting(entry.key());
    var before = entries.settings.get(entry.key());
    change(() -> entries.settings.put(entry));
    if (!Objects.equals(before, entry.setting())) {
      change(this::applySettings);
    }
  }

  /** What the gate was started with is in force again. */
  public void forget(SettingKey key) {
    unsaved.setting(key);
    change(() -> entries.settings.forget(key));
    change(this::applySettings);
  }

  private void applySettings() {
    tenants().applySettings();
    tenants().names().forEach(indexes::rank);
  }

  /** Null for no pace. */
  public void put(SettingKey key, @Nullable Pace pace) {
    unsaved.pace(key);
    change(() -> paces().put(key, pace));
  }

  public Paces paces() {
    return entries.paces;
  }

  // --- tenants and time

  public void put(Tenant tenant) {
    unsaved.tenant(tenant.name());
    change(() -> tenants().put(tenant));
    change(() -> indexes.rank(tenant.name()));
  }

  /** Forgets a tenant's record that says no more than none would. */
  public void forget(Tenant tenant) {
    unsaved.tenant(tenant.name());
    change(() -> tenants().forget(tenant.name()));
    change(() -> indexes.rank(tenant.name()));
  }

  public TenantBook tenants() {
    return entries.tenants;
  }

  public void put(LeaseClock next) {
    unsaved.clock();
    entries.clock = next;
  }

  public LeaseClock clock() {
    return entries.clock;
  }

  public long leaseTimeMs() {
    return clock().leaseTimeMs();
  }

  // --- what runs are found by

  public RunIndexes indexes() {
    return indexes;
  }

  public Queues queues() {
    return indexes.queues();
  }

  public Unanswered unanswered() {
    return indexes.unanswered();
  }
}
