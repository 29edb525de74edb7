package dev.sluice.sdk.signal;

import org.jspecify.annotations.Nullable;

/** Signals to other runs of the tree: a root and all its descendants. */
public interface TreeSignals {
  /**
   * Sends a signal to another run of the tree, and goes on at once. Takes a position of the
   * journal; the gate delivers what is journaled once, however often the run resumes. Signals of
   * one run to another come in the order in which they were sent.
   *
   * @param runId a run of the same tree, such as one that a parent named to its children
   * @param name 1 to 128 characters of {@code [A-Za-z0-9._-]}; the receiver takes it as any other
   *     signal of that name
   * @param payload at most 256 KiB (262,144 bytes) as JSON; null for none
   * @return what {@link #await(SentSignal)} takes; a receiver that cannot take it is no exception
   */
  SentSignal signal(String runId, String name, @Nullable Object payload);

  /** The same to the run that spawned this one; UNKNOWN if it has no parent. */
  SentSignal signalParent(String name, @Nullable Object payload);

  /**
   * What became of a signal. If it was sent in this epoch, the run gives up its slot and goes on at
   * once with the answer: do not ask without need. Takes no position of the journal.
   *
   * @param sent by this run, since its last checkpoint; else the run ends as FAILED
   */
  Delivery await(SentSignal sent);
}
