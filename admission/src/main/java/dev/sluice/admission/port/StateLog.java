package dev.sluice.admission.port;

import dev.sluice.admission.command.KeptCommands;
import dev.sluice.admission.journal.JournalChunk;
import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.SettingEntry;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.tenant.Tenant;
import dev.sluice.admission.tree.Child;
import dev.sluice.admission.tree.Tree;
import dev.sluice.admission.worker.LeaseClock;
import dev.sluice.admission.worker.Worker;

/**
 * Where the gate's state is written, turn by turn. The gate reads it back when it starts, as {@link
 * SavedState}; all its indexes are derived from these entries.
 *
 * <p>What is put or deleted stands only from {@link #commit} on. A put that fails, because the
 * entry cannot be written or is too large, is the turn's failure: {@link #discard} follows. The
 * turns of one record are written down together by {@link #flush}, each entry once.
 */
public interface StateLog {
  void putRun(Run run);

  void deleteRun(RunKey run);

  void putChunk(RunKey run, JournalChunk chunk);

  void deleteChunk(RunKey run, int number);

  void putChild(RunKey parent, Child child);

  void deleteChild(RunKey parent, int number);

  void putTree(Tree tree);

  void deleteTree(RunKey root);

  void putTenant(Tenant tenant);

  void deleteTenant(String name);

  void putWorker(Worker worker);

  void deleteWorker(Incarnation worker);

  void putSetting(SettingEntry setting);

  void deleteSetting(SettingKey key);

  void putPace(Pace pace);

  void deletePace(SettingKey key);

  void putKept(KeptCommands kept);

  void deleteKept(RunKey run);

  void putClock(LeaseClock clock);

  /** Keeps what was put and deleted since the last call of this or of {@link #discard}. */
  void commit();

  /** Writes down what was kept: from here on {@link SavedState} has it. */
  void flush();

  /** Forgets what was put and deleted since the last call of this or of {@link #commit}. */
  void discard();
}
