package dev.sluice.topology.gate.config;

import java.time.Duration;
import java.util.List;

/**
 * The rules for which transactions of other applications the gate may end.
 *
 * @param prefixes of transactional ids; with none, nothing is ended
 * @param olderThan how long a transaction must have been open
 */
public record ForeignTransactionRules(List<String> prefixes, Duration olderThan) {
  static final Duration LEAST = Duration.ofMinutes(5);

  public ForeignTransactionRules {
    prefixes = List.copyOf(prefixes);
  }

  public boolean allow(String id) {
    return prefixes.stream().anyMatch(id::startsWith);
  }
}
