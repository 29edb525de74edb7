package dev.sluice.admission;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.worker.Abilities;
import dev.sluice.contract.JournalFormats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A runner as the protocol wants it; broken ones break it by answering what they have lost. */
final class SimulatedWorker {
  final Incarnation incarnation;
  final int slots;
  final Set<String> agents;

  /** Of the code of all its agents. */
  final String version;

  final Abilities abilities;
  final Set<Integer> partitions = new TreeSet<>();
  final TreeMap<RunKey, SimulatedExecution> executions = new TreeMap<>();

  /** Told to stop, and code of them executes all the same: nothing is written meanwhile. */
  final TreeMap<RunKey, SimulatedExecution> stuck = new TreeMap<>();

  private final Map<String, Integer> counts = new HashMap<>();
  long heartbeats;
  long acknowledged = -1;
  long acknowledgedSentMs;
  boolean frozen;
  boolean dead;

  /**
   * A worker that has done nothing yet.
   *
   * @param versions of its agents' code those that it can replay, its own first
   * @param format the newest of journals that it reads; 0 for one that does not say what it can
   *     replay
   */
  SimulatedWorker(String name, int slots, Set<String> agents, List<String> versions, int format) {
    this.incarnation = new Incarnation(name);
    this.slots = slots;
    this.agents = agents;
    version = versions.getFirst();
    var each = agents.stream().collect(Collectors.toMap(agent -> agent, agent -> versions));
    abilities = format == 0 ? Abilities.UNSAID : new Abilities(each, format);
  }

  /** One that does not say does not look. */
  boolean canReplay(GateEffect.Dispatch dispatch) {
    var needs = dispatch.journal().needs();
    return !abilities.areSaid()
        || DeployChecks.canReplay(
            abilities, dispatch.run().spec().agent(), Set.copyOf(needs.versions()), needs.format());
  }

  /** That of the next record. */
  int format(JournalEntry entry, SplittableRandom random) {
    if (entry instanceof JournalEntry.Cancel || entry instanceof JournalEntry.Send) {
      return JournalFormats.WITH_TREE_CALLS;
    }
    boolean isNew = abilities.format() != 1 && random.nextInt(6) == 0;
    return isNew ? JournalFormats.WITH_PLACES : JournalFormats.IN_ORDER;
  }

  /** What may not go on and does not stop takes its process with it. */
  void die() {
    dead = true;
    executions.clear();
    stuck.clear();
  }

  boolean hasSuspect() {
    return executions.values().stream().anyMatch(SimulatedExecution::isSuspect)
        || stuck.values().stream().anyMatch(SimulatedExecution::isSuspect);
  }

  int free() {
    return Math.max(0, slots - executions.size() - stuck.size());
  }

  boolean acts() {
    return !dead && !frozen;
  }

  /** Two ticks shorter than the TTL, from when the last acknowledged heartbeat was sent. */
  boolean isPastDeadline(long nowMs, long ttlMs) {
    return acknowledged < 0 || nowMs >= acknowledgedSentMs + ttlMs - 2_000;
  }

  boolean isPastDeadlineOf(Map<RunKey, SimulatedExecution> some, long nowMs) {
    return some.values().stream().anyMatch(one -> isPastDeadline(nowMs, one.ttlMs()));
  }

  /** What it executes though its lease may be over. */
  List<RunKey> pastDeadline(long nowMs) {
    return executions.entrySet().stream()
        .filter(one -> isPastDeadline(nowMs, one.getValue().ttlMs()))
        .map(Map.Entry::getKey)
        .toList();
  }

  GateEvent.Heartbeat heartbeat(long nowMs) {
    acknowledged = heartbeats;
    acknowledgedSentMs = nowMs;
    return new GateEvent.Heartbeat(
        incarnation,
        heartbeats++,
        Map.of("default", Set.copyOf(partitions), "late", Set.copyOf(partitions)),
        agents,
        slots,
        free(),
        heartbeats % 10 == 0 ? held() : null,
        stopping(),
        abilities);
  }

  private Set<RunKey> held() {
    var held = new TreeSet<>(executions.keySet());
    held.addAll(stuck.keySet());
    return held;
  }

  private Set<GateEvent.Heartbeat.Lease> stopping() {
    var leases = new TreeSet<GateEvent.Heartbeat.Lease>();
    stuck.forEach(
        (run, execution) -> leases.add(new GateEvent.Heartbeat.Lease(run, execution.epoch())));
    return leases;
  }

  int count(String what) {
    return counts.merge(what, 1, Integer::sum);
  }
}
