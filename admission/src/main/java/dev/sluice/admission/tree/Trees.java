package dev.sluice.admission.tree;

import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Trees that have a budget or more than their root: which runs are known of each, and what of its
 * budget is charged and reserved. Sums are kept up as runs and their charges change.
 */
public final class Trees {
  private static final class Account {
    private final TreeSet<RunKey> members = new TreeSet<>();
    private final Map<String, Long> charged = new HashMap<>();
    private final Map<String, Long> reserved = new HashMap<>();
    private Tree tree;

    private Account(Tree tree) {
      this.tree = tree;
    }

    private void book(Map<String, Long> amounts, Map<String, Long> left, int sign) {
      for (var meter : tree.ceilings().keySet()) {
        charged.merge(meter, sign * amounts.getOrDefault(meter, 0L), Long::sum);
        reserved.merge(meter, sign * left.getOrDefault(meter, 0L), Long::sum);
      }
    }
  }

  private final Map<RunKey, Account> accounts = new HashMap<>();

  public @Nullable Tree get(RunKey root) {
    var account = accounts.get(root);
    return account == null ? null : account.tree;
  }

  public void put(Tree tree) {
    var known = accounts.get(tree.root());
    if (known == null) {
      accounts.put(tree.root(), new Account(tree));
    } else {
      known.tree = tree;
    }
  }

  public void remove(RunKey root) {
    accounts.remove(root);
  }

  /** Adds a run with its current state and all its charges. */
  public void add(Run run, Map<String, Long> charged) {
    var account = accounts.get(run.root());
    if (account != null) {
      account.members.add(run.key());
      account.book(charged, run.allowance().left(charged), 1);
    }
  }

  /** Takes back an {@link #add} with the same arguments. */
  public void subtract(Run run, Map<String, Long> charged) {
    var account = accounts.get(run.root());
    if (account != null && account.members.remove(run.key())) {
      account.book(charged, run.allowance().left(charged), -1);
    }
  }

  /** The runs of a tree that are known, dead ones included. */
  public SortedSet<RunKey> members(RunKey root) {
    var account = accounts.get(root);
    return account == null
        ? Collections.emptySortedSet()
        : Collections.unmodifiableSortedSet(account.members);
  }

  /** What the tree has not charged of {@code meter}. */
  public long left(Tree tree, String meter) {
    var account = accounts.get(tree.root());
    long live = account == null ? 0 : account.charged.getOrDefault(meter, 0L);
    long ceiling = tree.ceilings().getOrDefault(meter, 0L);
    return ceiling - tree.endedCharged().getOrDefault(meter, 0L) - live;
  }

  /** What the epochs under way may still charge to {@code meter}. */
  public long reserved(Tree tree, String meter) {
    var account = accounts.get(tree.root());
    return account == null ? 0 : account.reserved.getOrDefault(meter, 0L);
  }
}
