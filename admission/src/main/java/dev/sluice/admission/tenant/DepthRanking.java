package dev.sluice.admission.tenant;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Lists the largest loads and sums up the rest. */
final class DepthRanking {
  private static final Comparator<TenantDepth> SMALLEST_FIRST =
      Comparator.comparingLong(DepthRanking::size)
          .thenComparing(TenantDepth::tenant, Comparator.reverseOrder());

  private final int most;
  private final PriorityQueue<TenantDepth> largest = new PriorityQueue<>(SMALLEST_FIRST);
  private TenantLoad rest = new TenantLoad(0, 0, 0, 0, false, 0, null, null, null);
  private int others;

  DepthRanking(int most) {
    this.most = most;
  }

  private static long size(TenantDepth depth) {
    return (long) depth.load().inFlight() + depth.load().queued();
  }

  boolean isFull() {
    return largest.size() >= most;
  }

  void add(TenantDepth depth) {
    largest.add(depth);
    if (largest.size() > most) {
      others++;
      rest = rest.plus(largest.remove().load());
    }
  }

  TenantDepths result() {
    var sorted = new ArrayList<>(largest);
    sorted.sort(SMALLEST_FIRST.reversed());
    return new TenantDepths(sorted, others, rest);
  }
}
