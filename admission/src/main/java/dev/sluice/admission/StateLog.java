package dev.sluice.admission;

/**
 * Where the gate's state is written as it changes. The gate reads it back once, when it starts, as
 * {@link SavedState}; everything that it looks things up in is derived from these entries.
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

  void putWorker(Worker worker);

  void deleteWorker(Incarnation worker);

  void putClock(LeaseClock clock);
}
