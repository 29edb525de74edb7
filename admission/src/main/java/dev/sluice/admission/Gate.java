package dev.sluice.admission;

import static dev.sluice.admission.GateEffect.DecisionKind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The gate of one partition: what it decides depends on the records it reads, in their order, and
 * on nothing else.
 *
 * <p>Not safe for use by several threads. When a transaction is aborted the instance is of no use
 * any more: its memory is ahead of what was saved. Restore another.
 */
public final class Gate {
  private final GateSettings settings;
  private final RecentIds recent;
  private final GateState state;
  private final String build;
  private boolean announced;

  private Gate(GateSettings settings, GateState state, RecentIds recent, String build) {
    this.settings = settings;
    this.recent = recent;
    this.state = state;
    this.build = build;
  }

  /**
   * Carries on from what was saved.
   *
   * @param log takes every later change
   * @param build version of the code, written down with the settings at the first record
   */
  public static Gate restore(
      GateSettings settings, SavedState saved, StateLog log, RecentIds recent, String build) {
    return new Gate(settings, new GateState(settings, saved, log), recent, build);
  }

  /** Decides on one record; the effects are to be performed in order, in its transaction. */
  public List<GateEffect> apply(GateEvent event, Cause cause) {
    var turn = new Turn(state, settings, recent, cause);
    if (!announced) {
      announced = true;
      turn.decide(DecisionKind.STARTED, "", build + " " + settings);
    }
    decide(turn, event);
    Scheduler.dispatch(turn);
    state.save();
    return turn.effects();
  }

  private static void decide(Turn turn, GateEvent event) {
    switch (event) {
      case GateEvent.Submitted submitted -> Submissions.submitted(turn, submitted);
      case GateEvent.Refused refused -> Submissions.refused(turn, refused);
      case GateEvent.Unreadable unreadable -> unreadable(turn, unreadable.reason());
      case GateEvent.Misplaced misplaced -> misplaced(turn, misplaced);
      case GateEvent.TenantSet tenant -> Commands.tenantSet(turn, tenant);
      case GateEvent.Commanded command -> Commands.commanded(turn, command);
      case GateEvent.CommandRefused refused ->
          turn.decide(DecisionKind.REFUSE, refused.run(), 0, refused.reason());
      case GateEvent.Answered answered -> Answers.answered(turn, answered);
      case GateEvent.Heartbeat heartbeat -> LeaseKeeping.heartbeat(turn, heartbeat);
      case GateEvent.Gone gone -> LeaseKeeping.gone(turn, gone);
      case GateEvent.Tick tick -> LeaseKeeping.tick(turn, tick);
      case GateEvent.Noticed noticed -> turn.decide(DecisionKind.ALARM, "", noticed.text());
      case GateEvent.InputRead input -> JournalReads.inputRead(turn, input.run());
      case GateEvent.SignalRead signal -> Signals.read(turn, signal);
      case GateEvent.FenceRead fence -> JournalReads.fenceRead(turn, fence);
      case GateEvent.Journaled journaled -> JournalReads.journaled(turn, journaled);
      case GateEvent.ForeignJournal foreign ->
          turn.decide(DecisionKind.ALARM, "", "foreign record in the journal: " + foreign.reason());
    }
  }

  private static void unreadable(Turn turn, String reason) {
    turn.add(new GateEffect.DeadLetterRecord(reason));
    turn.decide(DecisionKind.UNREADABLE, "", reason);
  }

  private static void misplaced(Turn turn, GateEvent.Misplaced event) {
    turn.add(new GateEffect.Reroute(event.tenant(), event.home()));
    turn.add(
        new GateEffect.Decide(
            DecisionKind.REROUTE,
            event.tenant(),
            event.runId(),
            0,
            0,
            "belongs to partition " + event.home(),
            null,
            -1,
            null,
            null,
            null,
            null));
  }

  /** Runs of all tenants that have not ended. */
  public int liveRuns() {
    return (int) state.runs().stream().filter(run -> !run.isDead()).count();
  }

  /** The partition's lease time, in milliseconds. */
  public long leaseTimeMs() {
    return state.leaseTimeMs();
  }

  /** Loads of all tenants that have a record or a live run; walks over all live runs. */
  public List<TenantDepth> depths() {
    Map<String, List<Run>> byTenant = new HashMap<>();
    for (var run : state.runs()) {
      byTenant.computeIfAbsent(run.key().tenant(), name -> new ArrayList<>()).add(run);
    }
    return state.tenants().names().stream()
        .map(
            name ->
                Depths.of(name, state.tenants().load(name), byTenant.getOrDefault(name, List.of())))
        .toList();
  }
}
