package dev.sluice.admission.worker;

import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Lane;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.values.Sorted;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The gate's knowledge of one incarnation of a worker, from its newest heartbeat on this partition.
 *
 * @param number of that heartbeat; −1 before the first, {@link #LOST} when it is not known
 * @param heardAtMs lease time at which it was read
 * @param heardOffset its offset: of two workers that name a dispatch partition the later is
 *     believed
 * @param partitions of the dispatch topic, by pool
 * @param agents that it has
 * @param slots its room for runs in all
 * @param free of these when it sent the heartbeat
 * @param heldThen leases that it held here, claimed before that heartbeat
 * @param returnedAt the largest heartbeat number in one of its returns; −1 for none
 * @param gone whether it is certainly dead
 * @param unnamed leases that it did not name in its lists of held runs
 * @param beganOffset offset of its first heartbeat here; −1 if that is not known
 * @param abilities which journals it can replay
 */
public record Worker(
    Incarnation incarnation,
    long number,
    long heardAtMs,
    long heardOffset,
    Map<String, Set<Integer>> partitions,
    Set<String> agents,
    int slots,
    int free,
    int heldThen,
    long returnedAt,
    boolean gone,
    List<Unnamed> unnamed,
    long beganOffset,
    Abilities abilities) {
  /** A lease that was not named since a lease time, in milliseconds. */
  public record Unnamed(RunKey run, long sinceMs) {}

  public Worker {
    var ofPools = new TreeMap<String, Set<Integer>>();
    partitions.forEach((pool, held) -> ofPools.put(pool, Sorted.copyOf(held)));
    partitions = Sorted.copyOf(ofPools);
    agents = Sorted.copyOf(agents);
    unnamed = List.copyOf(unnamed);
    abilities = Abilities.orUnsaid(abilities);
  }

  /** How many heartbeats the gate may be behind with those of a worker. */
  private static final int MOST_AHEAD = 5;

  /** Stands for the number of a worker whose entry could not be read. */
  static final long LOST = -2;

  /** A worker of which nothing is known but that it was there. */
  public static Worker lost(Incarnation incarnation, long leaseTimeMs) {
    return new Worker(
        incarnation,
        LOST,
        leaseTimeMs,
        -1,
        Map.of(),
        Set.of(),
        0,
        0,
        0,
        -1,
        false,
        List.of(),
        -1,
        Abilities.UNSAID);
  }

  /** Whether its entry was found unreadable, and nothing was heard since. */
  public boolean isLost() {
    return number == LOST;
  }

  /** Whether it is known to be dead, and not only taken for it. */
  public boolean isCertainlyGone() {
    return gone && !isLost();
  }

  /** Returns whether it counts as dead: nothing was heard since its entry was found unreadable. */
  public boolean isLostAt(long leaseTimeMs, long ttlMs) {
    return number == LOST && leaseTimeMs - heardAtMs >= ttlMs;
  }

  /** Alive, and for the rest unknown until its next heartbeat: nothing is sent to it. */
  public Worker heard(long heartbeat, long leaseTimeMs) {
    return new Worker(
        incarnation,
        heartbeat,
        leaseTimeMs,
        heardOffset,
        Map.of(),
        Set.of(),
        0,
        0,
        0,
        returnedAt,
        gone,
        List.of(),
        beganOffset,
        Abilities.UNSAID);
  }

  public Worker heardAt(long leaseTimeMs) {
    return new Worker(
        incarnation,
        number,
        leaseTimeMs,
        heardOffset,
        partitions,
        agents,
        slots,
        free,
        heldThen,
        returnedAt,
        gone,
        unnamed,
        beganOffset,
        abilities);
  }

  public static Worker unheard(Incarnation incarnation, long leaseTimeMs) {
    return new Worker(
        incarnation,
        -1,
        leaseTimeMs,
        -1,
        Map.of(),
        Set.of(),
        0,
        0,
        0,
        -1,
        false,
        List.of(),
        -1,
        Abilities.UNSAID);
  }

  /** Whether it began after another was heard last. */
  public boolean beganSince(Worker other) {
    return other.heardOffset >= 0 && beganOffset > other.heardOffset;
  }

  public boolean isHeardAt(long leaseTimeMs, long ttlMs) {
    return !gone && number >= 0 && leaseTimeMs - heardAtMs < ttlMs;
  }

  /** How many agents, versions and partitions it names. */
  public int names() {
    return agents.size()
        + abilities.names()
        + partitions.values().stream().mapToInt(Set::size).sum();
  }

  /** Returns whether runs of {@code lane} can be sent to it: it lacks nothing, not a partition. */
  public boolean serves(Lane lane) {
    return lack(lane) == null && takesRunsOf(lane.pool());
  }

  /** What keeps it from taking runs of {@code lane}. What it does not say it does not lack. */
  @Nullable Lack lack(Lane lane) {
    if (!agents.contains(lane.agent())) {
      return Lack.AGENT;
    }
    if (!abilities.areSaid()) {
      return null;
    }
    if (abilities.format() < lane.needs().format()) {
      return Lack.FORMAT;
    }
    return abilities.replays(lane.agent(), lane.needs()) ? null : Lack.VERSION;
  }

  /** Whether it has agents and does not say which journals it can replay. */
  boolean isReticent() {
    return !agents.isEmpty() && !abilities.areSaid();
  }

  /** Returns whether it holds one of the pool's dispatch partitions. */
  boolean takesRunsOf(String pool) {
    return !partitions.getOrDefault(pool, Set.of()).isEmpty();
  }

  public Worker withHeldThen(int held) {
    return new Worker(
        incarnation,
        number,
        heardAtMs,
        heardOffset,
        partitions,
        agents,
        slots,
        free,
        held,
        returnedAt,
        gone,
        unnamed,
        beganOffset,
        abilities);
  }

  /**
   * It has no room until a later heartbeat says so. A number far ahead of those that were read is
   * not believed: the worker would get nothing for as long.
   */
  public Worker withReturnAt(long heartbeat) {
    long believed = Math.min(heartbeat, Math.max(0, number) + MOST_AHEAD);
    return new Worker(
        incarnation,
        number,
        heardAtMs,
        heardOffset,
        partitions,
        agents,
        slots,
        free,
        heldThen,
        Math.max(returnedAt, believed),
        gone,
        unnamed,
        beganOffset,
        abilities);
  }

  public Worker dead() {
    return new Worker(
        incarnation,
        number,
        heardAtMs,
        heardOffset,
        Map.of(),
        Set.of(),
        0,
        0,
        0,
        returnedAt,
        true,
        List.of(),
        beganOffset,
        Abilities.UNSAID);
  }
}
