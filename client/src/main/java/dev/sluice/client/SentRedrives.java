package dev.sluice.client;

import java.util.List;

/**
 * Redrives that were asked for.
 *
 * @param requested how many
 * @param first the first 10,000 of them
 */
public record SentRedrives(int requested, List<One> first) {
  /** The redrive of one run. */
  public record One(String tenant, String runId, String commandId) {}

  public SentRedrives {
    first = List.copyOf(first);
  }
}
