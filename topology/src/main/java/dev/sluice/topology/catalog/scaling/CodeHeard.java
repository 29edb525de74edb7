package dev.sluice.topology.catalog.scaling;

import dev.sluice.contract.Bounds;
import dev.sluice.v1.AgentVersions;
import dev.sluice.v1.Heartbeat;
import dev.sluice.v1.PoolShare;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Which code the workers have that were heard lately. */
public final class CodeHeard {
  /** For how long a worker that has fallen silent is counted. */
  static final Duration REMEMBERED = Duration.ofSeconds(30);

  /**
   * An agent's code on one worker.
   *
   * @param version empty for a worker of an earlier build, which does not say
   * @param replays all versions that it can go on with, its own among them
   */
  public record Code(Set<String> pools, String version, Set<String> replays) {
    /** Whether a journal with records of these versions fits it. */
    public boolean replaysAll(Collection<String> versions) {
      return replays.containsAll(versions);
    }
  }

  private record Worker(long nanos, Map<String, Code> agents) {}

  private final Map<String, Worker> workers = new ConcurrentHashMap<>();

  /** Takes in a heartbeat; what no worker of ours would say is left out. */
  public void heard(Heartbeat heartbeat, long nanos) {
    var incarnation = heartbeat.getIncarnation();
    boolean isKnown = workers.containsKey(incarnation);
    boolean isTooMuch =
        incarnation.length() > Bounds.INCARNATION_CHARS
            || heartbeat.getAgents().size() > Bounds.AGENTS
            || heartbeat.getVersions().size() > Bounds.AGENTS;
    if (!isTooMuch && (isKnown || workers.size() < Bounds.WORKERS)) {
      workers.put(incarnation, new Worker(nanos, agents(heartbeat)));
    }
  }

  private static Map<String, Code> agents(Heartbeat heartbeat) {
    var pools =
        heartbeat.getPools().stream()
            .filter(share -> !share.getPartitions().isEmpty())
            .map(PoolShare::getPool)
            .collect(Collectors.toSet());
    var said =
        heartbeat.getVersions().stream()
            .collect(Collectors.toMap(AgentVersions::getAgent, one -> one, (one, other) -> one));
    return heartbeat.getAgents().stream()
        .distinct()
        .collect(
            Collectors.toMap(
                agent -> agent,
                agent -> {
                  var one = said.get(agent);
                  return one == null
                      ? new Code(pools, "", Set.of())
                      : new Code(pools, one.getVersion(), replays(one));
                }));
  }

  private static Set<String> replays(AgentVersions said) {
    var all = new HashSet<>(said.getReplays());
    all.add(said.getVersion());
    return Set.copyOf(all);
  }

  /** Forgets workers that have been silent for long. */
  void forgetUntil(long nanos) {
    workers.values().removeIf(one -> nanos - one.nanos() > REMEMBERED.toNanos());
  }

  /** The code of an agent on each worker that takes runs of the pool. */
  public List<Code> of(String pool, String agent) {
    return workers.values().stream()
        .map(worker -> worker.agents().get(agent))
        .filter(code -> code != null && code.pools().contains(pool))
        .toList();
  }

  /** Pools and agents of all workers. */
  public Set<Demand.Code> all() {
    var all = new HashSet<Demand.Code>();
    for (var worker : workers.values()) {
      worker
          .agents()
          .forEach(
              (agent, code) ->
                  code.pools().forEach(pool -> all.add(new Demand.Code(pool, agent, List.of()))));
    }
    return all;
  }
}
