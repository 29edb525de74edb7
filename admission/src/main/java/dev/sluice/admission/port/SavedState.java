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
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The content of a {@link StateLog}, in any order. An entry that cannot be read is left out and
 * listed in {@link #damage}; looking it up throws.
 */
public interface SavedState {
  void forEachRun(Consumer<Run> to);

  void forEachChunk(BiConsumer<RunKey, JournalChunk> to);

  /** Every child under its parent. */
  void forEachChild(BiConsumer<RunKey, Child> to);

  void forEachTree(Consumer<Tree> to);

  void forEachTenant(Consumer<Tenant> to);

  void forEachSetting(Consumer<SettingEntry> to);

  void forEachPace(Consumer<Pace> to);

  void forEachKept(Consumer<KeptCommands> to);

  void forEachWorker(Consumer<Worker> to);

  /** The last clock written, or {@link LeaseClock#START}. */
  LeaseClock clock();

  /** What could not be read by the calls of {@code forEach…} and {@link #clock} so far. */
  List<Damage> damage();

  @Nullable Run run(RunKey key);

  void forEachChunkOf(RunKey run, Consumer<JournalChunk> to);

  void forEachChildOf(RunKey parent, Consumer<Child> to);

  @Nullable Tree tree(RunKey root);

  @Nullable Tenant tenant(String name);

  @Nullable SettingEntry setting(SettingKey key);

  @Nullable Pace pace(SettingKey key);

  @Nullable KeptCommands kept(RunKey run);

  @Nullable Worker worker(Incarnation incarnation);
}
