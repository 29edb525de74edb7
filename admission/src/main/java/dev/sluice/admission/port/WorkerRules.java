package dev.sluice.admission.port;

import dev.sluice.admission.worker.Abilities;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules for records of runners, clocks and the gate itself. A record that breaks one is not
 * ours and is set aside.
 */
final class WorkerRules {
  private WorkerRules() {}

  /** Checks the dispatch partitions that a worker holds, by pool. */
  static void check(Map<String, Set<Integer>> partitions) {
    atMost("pools", Bounds.POOLS, partitions.size());
    partitions.forEach(
        (pool, held) -> {
          require(Names.poolProblem(pool));
          for (int partition : held) {
            within("dispatch partition", partition, Bounds.PARTITIONS - 1);
          }
        });
  }

  /** Checks the agents that a worker has. */
  static void check(Set<String> agents) {
    atMost("agents", Bounds.AGENTS, agents.size());
    agents.forEach(agent -> require(Names.agentProblem(agent)));
  }

  /** Checks which journals a worker says that it can replay. */
  static void check(Abilities abilities) {
    atMost("versions", Bounds.WORKER_VERSIONS, abilities.names());
    within("journal format", abilities.format(), Integer.MAX_VALUE);
    abilities
        .versions()
        .forEach(
            (agent, versions) -> {
              require(Names.agentProblem(agent));
              atMost("versions of an agent", 1 + Bounds.REPLAYED_VERSIONS, versions.size());
              versions.forEach(version -> require(Names.versionProblem(version)));
            });
  }

  static void check(int slots, int free) {
    within("slots", slots, Bounds.SLOTS);
    within("free slots", free, slots);
  }

  static void checkStopping(int leases) {
    atMost("runs that do not stop", Bounds.SLOTS, leases);
  }

  static void checkSender(String sender) {
    if (sender.length() > Bounds.INCARNATION_CHARS) {
      throw new IllegalArgumentException(
          "a clock's id must have at most %d characters, got %d"
              .formatted(Bounds.INCARNATION_CHARS, sender.length()));
    }
  }

  /** Numbers below 0 stand for what was not read. */
  static void checkHeartbeat(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("a heartbeat's number must be at least 0, got " + number);
    }
  }

  static void checkSignal(String name) {
    require(Names.signalProblem(name));
  }

  private static void require(Optional<String> problem) {
    if (problem.isPresent()) {
      throw new IllegalArgumentException(problem.get());
    }
  }

  private static void atMost(String what, int most, int count) {
    if (count > most) {
      throw new IllegalArgumentException(
          "a heartbeat may name at most %d %s, got %d".formatted(most, what, count));
    }
  }

  private static void within(String what, int value, int most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException("%s must be 0 to %d, got %d".formatted(what, most, value));
    }
  }
}
