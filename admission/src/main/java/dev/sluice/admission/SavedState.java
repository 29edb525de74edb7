package dev.sluice.admission;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What a {@link StateLog} holds, in any order. */
public interface SavedState {
  void forEachRun(Consumer<Run> to);

  void forEachChunk(BiConsumer<RunKey, JournalChunk> to);

  /** Every child under its parent. */
  void forEachChild(BiConsumer<RunKey, Child> to);

  void forEachTree(Consumer<Tree> to);

  void forEachTenant(Consumer<Tenant> to);

  void forEachWorker(Consumer<Worker> to);

  /** The last clock written, or {@link LeaseClock#START}. */
  LeaseClock clock();
}
