package dev.sluice.admission.port;

import java.util.OptionalLong;

/**
 * Ids that must not be taken again within the duplicate window (24 hours by default), each with a
 * mark. Implementations may keep a hash of the id of at least 128 bits, and forget what is older
 * than the window in time buckets dropped whole.
 */
public interface RecentIds {
  /** The mark under which {@code id} was added within the window before {@code nowMs}. */
  OptionalLong find(String id, long nowMs);

  void add(String id, long nowMs, long mark);
}
