package dev.sluice.admission.state;

import dev.sluice.admission.command.KeptBook;
import dev.sluice.admission.journal.JournalIndex;
import dev.sluice.admission.pace.Paces;
import dev.sluice.admission.port.StateLog;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Needs;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.settings.SettingsBook;
import dev.sluice.admission.tenant.TenantBook;
import dev.sluice.admission.tree.Child;
import dev.sluice.admission.tree.Families;
import dev.sluice.admission.tree.Trees;
import dev.sluice.admission.worker.LeaseClock;
import dev.sluice.admission.worker.Workers;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries of the gate's state, as the log has them when a turn is saved. */
final class Entries {
  final Map<RunKey, Run> runs = new HashMap<>();
  final Map<RunKey, JournalIndex> journals = new HashMap<>();
  final Families families = new Families();
  final Trees trees = new Trees();
  final Workers workers = new Workers();
  final KeptBook kept = new KeptBook();
  final Paces paces = new Paces();
  final SettingsBook settings;
  final TenantBook tenants;
  LeaseClock clock;

  Entries(GateSettings settings, LeaseClock clock) {
    this.settings = new SettingsBook(settings);
    tenants = new TenantBook(this.settings);
    this.clock = clock;
  }

  JournalIndex journalOf(RunKey run) {
    return journals.computeIfAbsent(run, key -> new JournalIndex());
  }

  Map<String, Long> charged(RunKey run) {
    var index = journals.get(run);
    return index == null ? Map.of() : index.charged();
  }

  Needs needs(RunKey run) {
    var index = journals.get(run);
    return index == null ? Needs.NONE : index.totals().needs();
  }

  /** Whether anything is known of the worker that holds the run; false if none holds it. */
  boolean isHolderKnown(Run run) {
    return run.phase() instanceof Phase.Running running && workers.get(running.holder()) != null;
  }

  /**
   * Hands what a turn changed to the log, each entry as it now is.
   *
   * @throws RuntimeException if an entry cannot be written; the turn is then to be undone
   */
  void save(Unsaved changed, StateLog log) {
    changed.runs().forEach(key -> saveRun(key, log));
    changed.chunks().forEach((run, all) -> all.forEach(number -> saveChunk(run, number, log)));
    changed.children().forEach((run, all) -> all.forEach(number -> saveChild(run, number, log)));
    changed.trees().forEach(root -> saveTree(root, log));
    changed.workers().forEach(worker -> saveWorker(worker, log));
    changed.tenants().forEach(name -> saveTenant(name, log));
    changed.kept().forEach(run -> saveKept(run, log));
    changed.settings().forEach(key -> saveSetting(key, log));
    changed.paces().forEach(key -> savePace(key, log));
    if (changed.isClockChanged()) {
      log.putClock(clock);
    }
  }

  private void saveRun(RunKey key, StateLog log) {
    var run = runs.get(key);
    if (run == null) {
      log.deleteRun(key);
    } else {
      log.putRun(run);
    }
  }

  private void saveChunk(RunKey run, int number, StateLog log) {
    var index = journals.get(run);
    var chunk = index == null ? null : index.numbered(number);
    if (chunk == null) {
      log.deleteChunk(run, number);
    } else {
      log.putChunk(run, chunk);
    }
  }

  private void saveChild(RunKey parent, int number, StateLog log) {
    @Nullable Child child = families.get(parent, number);
    if (child == null) {
      log.deleteChild(parent, number);
    } else {
      log.putChild(parent, child);
    }
  }

  private void saveTree(RunKey root, StateLog log) {
    var tree = trees.get(root);
    if (tree == null) {
      log.deleteTree(root);
    } else {
      log.putTree(tree);
    }
  }

  private void saveTenant(String name, StateLog log) {
    var tenant = tenants.get(name);
    if (tenant == null) {
      log.deleteTenant(name);
    } else {
      log.putTenant(tenant);
    }
  }

  private void saveKept(RunKey run, StateLog log) {
    var commands = kept.of(run);
    if (commands == null) {
      log.deleteKept(run);
    } else {
      log.putKept(commands);
    }
  }

  private void saveSetting(SettingKey key, StateLog log) {
    var entry = settings.entry(key);
    if (entry == null) {
      log.deleteSetting(key);
    } else {
      log.putSetting(entry);
    }
  }

  private void savePace(SettingKey key, StateLog log) {
    var pace = paces.get(key.kind(), key.name());
    if (pace == null) {
      log.deletePace(key);
    } else {
      log.putPace(pace);
    }
  }

  private void saveWorker(Incarnation incarnation, StateLog log) {
    var worker = workers.get(incarnation);
    if (worker == null) {
      log.deleteWorker(incarnation);
    } else {
      log.putWorker(worker);
    }
  }
}
