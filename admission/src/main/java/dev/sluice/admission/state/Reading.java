package dev.sluice.admission.state;

import dev.sluice.admission.port.SavedState;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.SettingKey;
import java.util.Set;

/** Reads entries as the log has them, all or some, into the gate's memory. */
final class Reading {
  private final SavedState saved;
  private final Entries entries;
  private final RunIndexes indexes;

  Reading(SavedState saved, Entries entries, RunIndexes indexes) {
    this.saved = saved;
    this.entries = entries;
    this.indexes = indexes;
  }

  /**
   * Reads everything into an empty memory.
   *
   * @param leftOut runs that make no sense
   * @throws UnusableRunException for one more of these
   */
  void all(Set<RunKey> leftOut) {
    saved.forEachSetting(entries.settings::put);
    entries.tenants.applySettings();
    saved.forEachPace(pace -> entries.paces.put(pace.key(), pace));
    saved.forEachTenant(entries.tenants::put);
    saved.forEachTree(entries.trees::put);
    saved.forEachChild(entries.families::put);
    saved.forEachChunk((run, chunk) -> entries.journalOf(run).set(chunk));
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
    saved.forEachKept(entries.kept::put);
    entries.tenants.names().forEach(indexes::rank);
  }

  private void take(Run run) {
    try {
      entries.runs.put(run.key(), run);
      indexes.add(run, entries.charged(run.key()));
    } catch (RuntimeException e) {
      throw new UnusableRunException(run.key(), e);
    }
  }

  /** Reads again what a turn has changed in memory alone. */
  void again(Unsaved changed) {
    var touched = changed.touchedRuns();
    touched.forEach(this::drop);
    settings(changed.settings());
    changed.paces().forEach(key -> entries.paces.put(key, saved.pace(key)));
    changed.trees().forEach(this::tree);
    changed.tenants().forEach(this::tenant);
    touched.forEach(this::run);
    changed.workers().forEach(this::worker);
    changed.kept().forEach(this::kept);
    touched.forEach(run -> indexes.rank(run.tenant()));
    if (!changed.settings().isEmpty()) {
      entries.tenants.names().forEach(indexes::rank);
    }
  }

  private void settings(Set<SettingKey> changed) {
    for (var key : changed) {
      var setting = saved.setting(key);
      if (setting == null) {
        entries.settings.forget(key);
      } else {
        entries.settings.put(setting);
      }
    }
    if (!changed.isEmpty()) {
      entries.tenants.applySettings();
    }
  }

  private void drop(RunKey key) {
    var run = entries.runs.remove(key);
    if (run != null) {
      indexes.remove(run, entries.charged(key), entries.isHolderKnown(run));
    }
    entries.journals.remove(key);
    entries.families.remove(key);
  }

  private void run(RunKey key) {
    saved.forEachChunkOf(key, chunk -> entries.journalOf(key).set(chunk));
    saved.forEachChildOf(key, child -> entries.families.put(key, child));
    var run = saved.run(key);
    if (run != null) {
      entries.runs.put(key, run);
      indexes.add(run, entries.charged(key));
    }
  }

  private void tree(RunKey root) {
    var tree = saved.tree(root);
    if (tree == null) {
      entries.trees.remove(root);
    } else {
      entries.trees.put(tree);
    }
  }

  private void tenant(String name) {
    var tenant = saved.tenant(name);
    if (tenant == null) {
      entries.tenants.forget(name);
    } else {
      entries.tenants.put(tenant);
    }
    indexes.rank(name);
  }

  private void kept(RunKey run) {
    var kept = saved.kept(run);
    if (kept == null) {
      entries.kept.remove(run);
    } else {
      entries.kept.put(kept);
    }
  }

  private void worker(Incarnation incarnation) {
    var worker = saved.worker(incarnation);
    if (worker == null) {
      entries.workers.remove(incarnation);
      indexes.unheard(incarnation);
    } else {
      entries.workers.put(worker);
      indexes.heard(worker);
    }
  }
}
