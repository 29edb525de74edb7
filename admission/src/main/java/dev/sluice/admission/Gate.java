package dev.sluice.admission;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.containment.DamageTurns;
import dev.sluice.admission.containment.Sealing;
import dev.sluice.admission.containment.Turns;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.Damage;
import dev.sluice.admission.port.EnvironmentException;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.port.Outbox;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.port.SavedState;
import dev.sluice.admission.port.StateLog;
import dev.sluice.admission.rules.Answers;
import dev.sluice.admission.rules.Brakes;
import dev.sluice.admission.rules.Commands;
import dev.sluice.admission.rules.JournalReads;
import dev.sluice.admission.rules.LeaseKeeping;
import dev.sluice.admission.rules.Scheduler;
import dev.sluice.admission.rules.SettingRules;
import dev.sluice.admission.rules.Signals;
import dev.sluice.admission.rules.Submissions;
import dev.sluice.admission.rules.TenantRules;
import dev.sluice.admission.rules.Turn;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.state.GateState;
import dev.sluice.admission.tenant.TenantDepths;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The gate of one partition. Its decisions depend only on the records that it reads, in their
 * order.
 *
 * <p>Not safe for use by several threads. When a transaction is aborted, discard the instance and
 * restore another: its memory is ahead of the saved state.
 */
public final class Gate {
  private final String build;
  private final Turns turns;
  private final List<Turn.Act> damage;
  private boolean announced;

  private Gate(Turns turns, List<Turn.Act> damage, String build) {
    this.turns = turns;
    this.damage = damage;
    this.build = build;
  }

  /**
   * Continues from the saved state. Unreadable entries are reported and handled at the first
   * record.
   *
   * @param log takes every later change
   * @param build version of the code, written down with the settings at the first record
   */
  public static Gate restore(
      GateSettings settings, SavedState saved, StateLog log, RecentIds recent, String build) {
    var damage = new ArrayList<Damage>();
    var state = GateState.restore(settings, saved, log, damage);
    return new Gate(new Turns(settings, saved, log, recent, state), DamageTurns.of(damage), build);
  }

  /**
   * Decides on one record, turn by turn. What each turn asks for goes to {@code outbox} together
   * with the turn's change of the state, or not at all.
   *
   * @throws EnvironmentException if something outside of the gate is at fault; this instance is
   *     then of no use any more
   */
  public void apply(GateEvent event, Cause cause, Outbox outbox) {
    var acts = new ArrayList<Turn.Act>();
    if (!announced) {
      announced = true;
      acts.add(
          Turn.Act.of(
              turn -> turn.decide(DecisionKind.STARTED, "", build + " " + turn.settings())));
      acts.addAll(damage);
      acts.add(Turn.Act.of(TenantRules::reread));
    }
    if (event instanceof GateEvent.TopicsChanged changed) {
      turns.mayDispatch(changed.mayDispatch());
    }
    var subject = Sealing.subject(event);
    acts.add(new Turn.Act(subject, turn -> decide(turn, event), true));
    acts.add(Turn.Act.of(Scheduler::dispatch));
    turns.take(acts, event, cause, outbox);
  }

  private static void decide(Turn turn, GateEvent event) {
    switch (event) {
      case GateEvent.Submitted submitted -> Submissions.submitted(turn, submitted);
      case GateEvent.Refused refused -> Submissions.refused(turn, refused);
      case GateEvent.Unreadable unreadable -> unreadable(turn, unreadable);
      case GateEvent.Parked parked -> parked(turn, parked);
      case GateEvent.Misplaced misplaced -> misplaced(turn, misplaced);
      case GateEvent.TenantRefused refused -> TenantRules.refused(turn, refused);
      case GateEvent.TenantSet tenant -> TenantRules.set(turn, tenant);
      case GateEvent.TenantRestored restored -> TenantRules.restored(turn, restored);
      case GateEvent.TenantResubmitted sent -> TenantRules.resubmitted(turn, sent);
      case GateEvent.SettingSet setting -> SettingRules.set(turn, setting);
      case GateEvent.SettingRestored restored -> SettingRules.restored(turn, restored);
      case GateEvent.SettingRefused refused -> SettingRules.refused(turn, refused);
      case GateEvent.Commanded command -> Commands.commanded(turn, command);
      case GateEvent.CommandRefused refused ->
          turn.decide(DecisionKind.REFUSE, refused.run(), 0, refused.reason());
      case GateEvent.Answered answered -> Answers.answered(turn, answered);
      case GateEvent.Heartbeat heartbeat -> LeaseKeeping.heartbeat(turn, heartbeat);
      case GateEvent.Gone gone -> LeaseKeeping.gone(turn, gone);
      case GateEvent.Tick tick -> LeaseKeeping.tick(turn, tick);
      case GateEvent.TopicsChanged changed -> {
        if (!changed.text().isEmpty()) {
          turn.decide(DecisionKind.ALARM, "", changed.text());
        }
      }
      case GateEvent.Noticed noticed -> turn.decide(DecisionKind.ALARM, "", noticed.text());
      case GateEvent.InputRead input -> JournalReads.inputRead(turn, input.run());
      case GateEvent.SignalRead signal -> Signals.read(turn, signal);
      case GateEvent.FenceRead fence -> JournalReads.fenceRead(turn, fence);
      case GateEvent.Journaled journaled -> JournalReads.journaled(turn, journaled);
      case GateEvent.ForeignJournal foreign -> {
        turn.add(new GateEffect.DeadLetterRecord(foreign.reason(), ""));
        turn.decide(DecisionKind.ALARM, "", "foreign record: " + foreign.reason());
      }
    }
  }

  private static void unreadable(Turn turn, GateEvent.Unreadable event) {
    turn.add(new GateEffect.DeadLetterRecord(event.reason(), event.trace()));
    turn.decide(DecisionKind.UNREADABLE, "", event.reason());
  }

  private static void parked(Turn turn, GateEvent.Parked event) {
    turn.add(new GateEffect.Park());
    turn.decide(
        DecisionKind.REROUTE, "", "parked: schema id " + event.schemaId() + " is not known yet");
    if (event.limitsOf() != null) { // what is parked may be refused, and compaction comes before
      TenantRules.restore(turn, event.limitsOf());
    }
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
            null,
            null,
            null,
            List.of()));
  }

  /**
   * Says whether runs may be handed to workers, as it was when the task started; part of its
   * configuration like {@code build}, which has to name it.
   */
  public void mayDispatch(boolean may) {
    turns.mayDispatch(may);
  }

  /** Says how many partitions the gate has; likewise. */
  public void partitions(int count) {
    turns.partitions(count);
  }

  /** Pools that are open, or have a queued run. */
  public Set<String> pools() {
    var pools = new TreeSet<>(turns.state().settings().pools());
    pools.addAll(turns.state().queues().pools());
    return pools;
  }

  /** How many runs of all tenants have not ended. */
  public int liveRuns() {
    return turns.state().runs().size() - turns.state().tenants().dead();
  }

  /** How many queued runs are of a pool or an agent whose starts are held back. */
  public int brakedRuns() {
    return Brakes.heldBack(turns.state());
  }

  /**
   * When time alone makes the next thing happen to a run, in append time; empty if nothing does.
   */
  public OptionalLong nextTimerMs() {
    return turns.state().indexes().timers().firstMs();
  }

  /** The partition's lease time, in milliseconds. */
  public long leaseTimeMs() {
    return turns.state().leaseTimeMs();
  }

  /**
   * The loads of up to {@code most} tenants that have a record or a live run, those with the most
   * runs first, and what the others have together.
   */
  public TenantDepths depths(int most) {
    return turns.state().tenants().depths(most);
  }
}
