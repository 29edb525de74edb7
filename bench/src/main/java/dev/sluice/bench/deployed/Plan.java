package dev.sluice.bench.deployed;

import java.util.List;

/**
 * The amount of measuring.
 *
 * @param phases one after the other on one stack, from its first run
 * @param backlog runs of three steps, as fast as they go
 * @param flood runs of a tenant with a cap
 * @param others tenants that start runs meanwhile
 * @param steps of each turn, journaled by one run
 * @param starts of the processes that are timed
 * @param kills of runners whose end is seen
 * @param unseenKills of runners whose end nobody sees
 * @param settleMs before a stack counts as idle, which is then measured for as long
 * @param oneStack whether all parts share a stack, so that "first" is not true of all
 */
record Plan(
    List<Phase> phases,
    int backlog,
    int flood,
    int others,
    int steps,
    int starts,
    int kills,
    int unseenKills,
    long settleMs,
    boolean oneStack) {
  private static final int LOW = 50;
  private static final int HIGH = 200;

  /**
   * Runs of one step at a rate.
   *
   * @param name "" for what only warms up
   */
  record Phase(String name, int count, int perSecond) {}

  static Plan full() {
    return new Plan(
        List.of(
            new Phase("first 300 runs, 50/s", 300, LOW),
            new Phase("next 1,000 runs, 50/s", 1_000, LOW),
            new Phase("", 4_000, HIGH),
            new Phase(Phases.WARM, 1_000, LOW),
            new Phase("warm, 200/s", 1_000, HIGH)),
        10_000,
        2_000,
        20,
        100,
        3,
        5,
        3,
        5_000,
        false);
  }

  /** Shows that everything is measured, in a minute; the figures mean little. */
  static Plan quick() {
    return new Plan(
        List.of(
            new Phase("first 50 runs, 50/s", 50, LOW),
            new Phase(Phases.WARM, 100, LOW),
            new Phase("warm, 200/s", 100, HIGH)),
        300,
        100,
        5,
        20,
        1,
        1,
        0,
        500,
        true);
  }
}
