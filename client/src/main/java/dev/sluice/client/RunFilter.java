package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * Which runs of a tenant are listed; null asks for nothing.
 *
 * @param status those that have it now
 * @param agent those of this agent
 * @param label those with this label, {@code key:value}
 * @param parent the children of this run
 * @param root those of the tree of this root
 * @param pageSize 1 to 1,000; how many are asked for, and held, at a time
 */
public record RunFilter(
    @Nullable RunStatus status,
    @Nullable String agent,
    @Nullable String label,
    @Nullable String parent,
    @Nullable String root,
    int pageSize) {
  /** All of them, a hundred at a time. */
  public static final RunFilter ALL = new RunFilter(null, null, null, null, null, 100);

  public RunFilter {
    PageSizes.require(pageSize);
  }

  /** Runs that have this status now. */
  public RunFilter withStatus(RunStatus value) {
    return new RunFilter(value, agent, label, parent, root, pageSize);
  }

  /** Runs of this agent alone. */
  public RunFilter ofAgent(String value) {
    return new RunFilter(status, value, label, parent, root, pageSize);
  }

  /** Runs with this label alone; a second call replaces the first. */
  public RunFilter withLabel(String key, String value) {
    return new RunFilter(status, agent, key + ":" + value, parent, root, pageSize);
  }

  /** Children of this run alone. */
  public RunFilter childrenOf(String runId) {
    return new RunFilter(status, agent, label, runId, root, pageSize);
  }

  /** Runs of the tree of this root alone. */
  public RunFilter inTreeOf(String runId) {
    return new RunFilter(status, agent, label, parent, runId, pageSize);
  }

  /**
   * The same, asked for in pages of another size.
   *
   * @param size 1 to 1,000
   * @throws IllegalArgumentException if it is not
   */
  public RunFilter pagesOf(int size) {
    return new RunFilter(status, agent, label, parent, root, size);
  }
}
