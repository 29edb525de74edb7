package dev.sluice.admission;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.RunKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A runner as the protocol wants it; broken ones break it by answering what they have lost. */
final class SimulatedWorker {
  final Incarnation incarnation;
  final int slots;
  final Set<String> agents;
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

  SimulatedWorker(String name, int slots, Set<String> agents) {
    this.incarnation = new Incarnation(name);
    this.slots = slots;
    this.agents = agents;
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
        stopping());
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
