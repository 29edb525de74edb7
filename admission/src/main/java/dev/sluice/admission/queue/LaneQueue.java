package dev.sluice.admission.queue;

import dev.sluice.admission.run.RunKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The queued runs of one lane, by tenant, and the order in which tenants have their turn. */
final class LaneQueue {
  /** A tenant's turn: fewest leases for its weight first, then the longest waiting. */
  record Rank(double share, long sinceMs, String tenant) implements Comparable<Rank> {
    @Override
    public int compareTo(Rank other) {
      int byShare = Double.compare(share, other.share);
      if (byShare != 0) {
        return byShare;
      }
      int byAge = Long.compare(sinceMs, other.sinceMs);
      return byAge != 0 ? byAge : tenant.compareTo(other.tenant);
    }
  }

  private final Map<String, TreeSet<QueueEntry>> queues = new HashMap<>();
  private final Map<String, Rank> ranks = new HashMap<>();
  private final TreeSet<Rank> order = new TreeSet<>();

  void add(String tenant, QueueEntry entry) {
    queues.computeIfAbsent(tenant, name -> new TreeSet<>()).add(entry);
  }

  void remove(String tenant, QueueEntry entry) {
    var queue = queues.get(tenant);
    if (queue != null) {
      queue.remove(entry);
      if (queue.isEmpty()) {
        queues.remove(tenant);
      }
    }
  }

  /** Gives {@code tenant} its turn by {@code share}, or none when it may not start anything. */
  void rank(String tenant, double share, boolean mayStart) {
    var head = head(tenant);
    var next = head == null || !mayStart ? null : new Rank(share, head.sinceMs(), tenant);
    var former = next == null ? ranks.remove(tenant) : ranks.put(tenant, next);
    if (former != null && !former.equals(next)) {
      order.remove(former);
    }
    if (next != null && !next.equals(former)) {
      order.add(next);
    }
  }

  @Nullable QueueEntry head(String tenant) {
    var queue = queues.get(tenant);
    return queue == null ? null : queue.first();
  }

  @Nullable Rank first() {
    return order.isEmpty() ? null : order.first();
  }

  int size() {
    return queues.values().stream().mapToInt(TreeSet::size).sum();
  }

  boolean isEmpty() {
    return queues.isEmpty();
  }

  /** Up to {@code limit} runs of tenants that may start one. */
  List<RunKey> startable(int limit) {
    return order.stream()
        .flatMap(
            rank ->
                queues.getOrDefault(rank.tenant(), new TreeSet<>()).stream()
                    .map(entry -> new RunKey(rank.tenant(), entry.runId())))
        .limit(limit)
        .toList();
  }
}
