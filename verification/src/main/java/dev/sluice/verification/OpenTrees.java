package dev.sluice.verification;

import dev.sluice.v1.Decision;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Follows one tenant's trees. One is open from its root's first dispatch until the last of its runs
 * has ended; a redrive opens it again when its run is dispatched.
 */
final class OpenTrees {
  private final Trees trees;
  private final Map<RunName, Set<RunName>> live = new HashMap<>();
  private final Set<RunName> open = new HashSet<>();
  private int most;

  private OpenTrees(Trees trees) {
    this.trees = trees;
  }

  static int most(History history, String tenant) {
    var follower = new OpenTrees(new Trees(history));
    for (var one : history.decisions()) {
      if (one.decision().getTenant().equals(tenant) && one.decision().getRunId() != null) {
        follower.take(one.decision());
      }
    }
    return follower.most;
  }

  private void take(Decision decision) {
    var run = RunName.of(decision);
    var root = trees.root(run);
    switch (decision.getKind()) {
      case ACCEPT, REDRIVE -> live.computeIfAbsent(root, name -> new HashSet<>()).add(run);
      case DISPATCH -> {
        open.add(root);
        most = Math.max(most, open.size());
      }
      case COMPLETE -> {
        var left = live.getOrDefault(root, new HashSet<>());
        left.remove(run);
        if (left.isEmpty()) {
          live.remove(root);
          open.remove(root);
        }
      }
      case STARTED, DUPLICATE, REJECT, REROUTE, UNREADABLE, CLAIM, RETURN, RELEASE -> {}
      case FENCE, WAIT, QUEUE, CANCEL, SIGNAL, REFUSE, TENANT, ALARM, LIVE -> {}
    }
  }
}
