package dev.sluice.admission;

import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.RunKey;
import java.util.HashMap;
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

  int free() {
    return Math.max(0, slots - executions.size());
  }

  boolean acts() {
    return !dead && !frozen;
  }

  /** Two ticks shorter than the TTL, from when the last acknowledged heartbeat was sent. */
  boolean isPastDeadline(long nowMs, long ttlMs) {
    return acknowledged < 0 || nowMs >= acknowledgedSentMs + ttlMs - 2_000;
  }

  GateEvent.Heartbeat heartbeat(long nowMs) {
    acknowledged = heartbeats;
    acknowledgedSentMs = nowMs;
    return new GateEvent.Heartbeat(
        incarnation,
        heartbeats++,
        Map.of("default", Set.copyOf(partitions)),
        agents,
        slots,
        free(),
        heartbeats % 10 == 0 ? Set.copyOf(executions.keySet()) : null);
  }

  int count(String what) {
    return counts.merge(what, 1, Integer::sum);
  }
}
