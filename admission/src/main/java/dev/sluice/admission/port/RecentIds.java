package dev.sluice.admission.port;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ids that must not be taken again within the duplicate window (24 hours by default), each with a
 * mark. Implementations may keep a hash of the id of at least 128 bits, and forget what is older
 * than the window in time buckets dropped whole.
 */
public interface RecentIds {
  /**
   * What is remembered of an id.
   *
   * @param bodyHash first 8 bytes of the hash of the request that it came in; null if not known
   */
  record Known(long mark, @Nullable Long bodyHash) {}

  /** What was added for {@code id} within the window before {@code nowMs}. */
  Optional<Known> find(String id, long nowMs);

  void add(String id, long nowMs, Known known);
}
