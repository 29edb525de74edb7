package dev.sluice.topology.catalog.query;

import dev.sluice.topology.catalog.store.RunIndex;
import dev.sluice.topology.catalog.view.RunView;
import org.jspecify.annotations.Nullable;

/**
 * The filters of a list of runs; null matches any run.
 *
 * @param label a label's key, a colon and its value; either may have colons itself
 */
public record RunFilter(
    @Nullable String parent,
    @Nullable String root,
    @Nullable String status,
    @Nullable String agent,
    @Nullable String label) {
  public static final RunFilter ANY = new RunFilter(null, null, null, null, null);

  private static final String MOST_COMMON_STATUS = "SUCCEEDED";

  boolean accepts(RunView view) {
    return (status == null || status.equals(view.status()))
        && (agent == null || agent.equals(view.agent()))
        && (root == null || root.equals(view.rootRunId()))
        && (parent == null || parent.equals(view.parentRunId()))
        && (label == null || hasLabel(view, label));
  }

  private static boolean hasLabel(RunView view, String label) {
    return view.labels().entrySet().stream()
        .anyMatch(one -> RunIndex.label(one.getKey(), one.getValue()).equals(label));
  }

  /** What the keys of the index begin with that has the fewest other runs. */
  String[] index(String tenant) {
    if (parent != null) {
      return new String[] {RunIndex.CHILDREN, tenant, parent};
    }
    if (root != null) {
      return new String[] {RunIndex.ROOT, tenant, root};
    }
    if (label != null) {
      return new String[] {RunIndex.LABEL, tenant, RunIndex.hash(label)};
    }
    if (status != null && (agent == null || !status.equals(MOST_COMMON_STATUS))) {
      return new String[] {RunIndex.STATUS, tenant, status};
    }
    return agent == null
        ? new String[] {RunIndex.ORDER, tenant}
        : new String[] {RunIndex.AGENT, tenant, agent};
  }
}
