package dev.sluice.sdk.signal;

/** What became of a signal that a run sent. Decided once, by the gate; the same on every epoch. */
public enum Delivery {
  /** It lies with the receiver, which may take it or end without. */
  DELIVERED,

  /** The receiver has 1,000 signals that it has not taken. */
  INBOX_FULL,

  /** The receiver had ended, was DEAD, or had been asked to end, as by a cancel. */
  ENDED,

  /** There is no such run: its batch was refused, or the run has no parent. */
  UNKNOWN,

  /** The receiver is not of the sender's tree. */
  OTHER_TREE,

  /** The gate failed on it; an ALARM says how. */
  REFUSED
}
