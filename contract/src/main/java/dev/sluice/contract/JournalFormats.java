package dev.sluice.contract;

/** The forms that a run's journal can have. Who reads one of them reads those before it. */
public final class JournalFormats {
  /** Records in the order of the code. */
  public static final int IN_ORDER = 1;

  /** Records in any order, each with its place in the code: what steps in parallel write. */
  public static final int WITH_PLACES = 2;

  /** With waits for the first of several things, or for all of them. */
  public static final int WITH_COMBINED_WAITS = 3;

  /** With children that were cancelled and signals that were sent within the tree. */
  public static final int WITH_TREE_CALLS = 4;

  /** What this build writes at most, and reads. */
  public static final int NEWEST = WITH_TREE_CALLS;

  private JournalFormats() {}
}
