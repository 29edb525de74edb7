package dev.sluice.admission.containment;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.journal.Position;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.port.Traces;
import dev.sluice.admission.rules.JournalReads;
import dev.sluice.admission.rules.SettingRules;
import dev.sluice.admission.rules.TenantRules;
import dev.sluice.admission.rules.Transitions;
import dev.sluice.admission.rules.TreeMeters;
import dev.sluice.admission.rules.Turn;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.worker.Worker;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a record that the gate failed on, and of the run that it was about. Calls no
 * rule: no timer, no budget, no tree; these follow in turns of their own.
 *
 * <p>A run without a lease ends as DEAD at once. One that may be held is only asked to end, as by a
 * cancel, and ends with its lease: fenced at once, it could be sent back while its holder, which
 * has not heard of it yet, starts a step (I5). What a record of the run itself says about its lease
 * and its journal is kept: a claim names the holder, a position is indexed (I3), and the last
 * record of an epoch ends it.
 */
public final class Sealing {
  private final GateEvent event;
  private final boolean isRecords;
  private final Throwable cause;

  /**
   * What is done about {@code cause}.
   *
   * @param isRecords whether the gate failed on the record itself, not on what followed from it
   */
  Sealing(GateEvent event, boolean isRecords, Throwable cause) {
    this.event = event;
    this.isRecords = isRecords;
    this.cause = cause;
  }

  /** The run that is inconsistent when the gate fails on {@code event}; null for none. */
  public static @Nullable RunKey subject(GateEvent event) {
    return switch (event) {
      case GateEvent.OfRun record -> record.run();
      case GateEvent.OfLife record -> null;
      case GateEvent.Other record -> null; // a request is refused; its run stays as it was
    };
  }

  /** Whether the record is about the run's current epoch; one of a past epoch is void anyway. */
  private boolean isCurrent(Run run) {
    return switch (event) {
      case GateEvent.Journaled journaled -> journaled.epoch() == run.epoch();
      case GateEvent.Answered answered -> answered.epoch() == run.epoch();
      case GateEvent.FenceRead fence -> fence.epoch() == run.epoch() + 1;
      case GateEvent.InputRead input -> true;
      case GateEvent.SignalRead signal -> true;
      case GateEvent.OfLife record -> true;
      case GateEvent.Other record -> true;
    };
  }

  // --- records

  /**
   * Sets the record aside; a submission is refused. What it says about time, and about who lives,
   * is kept: without it a lease would never end. Behind limits and settings stands what is in
   * force, as behind those that are refused: compaction would keep what changed nothing.
   */
  void setAside(Turn turn) {
    say(turn);
    switch (event) {
      case GateEvent.Tick tick ->
          turn.state()
              .put(turn.state().clock().tick(tick.sender(), tick.monotonicMs(), turn.nowMs()));
      case GateEvent.Gone gone -> turn.state().put(known(turn, gone.worker()).dead());
      case GateEvent.Heartbeat heartbeat -> {
        var former = known(turn, heartbeat.worker());
        if (!former.isCertainlyGone()) {
          turn.state().put(former.heard(heartbeat.number(), turn.state().leaseTimeMs()));
        }
      }
      case GateEvent.Submitted submitted -> refuse(turn, submitted);
      case GateEvent.TenantSet set -> TenantRules.restore(turn, set.tenant());
      case GateEvent.TenantResubmitted sent -> TenantRules.restore(turn, sent.tenant());
      case GateEvent.TenantRefused refused -> TenantRules.restore(turn, refused.tenant());
      case GateEvent.TenantRestored restored -> TenantRules.setAside(turn, restored);
      case GateEvent.SettingSet set -> SettingRules.restore(turn, set.key());
      case GateEvent.SettingRefused refused -> SettingRules.restore(turn, refused.key());
      case GateEvent.SettingRestored restored -> SettingRules.setAside(turn, restored);
      case GateEvent.Other record -> {}
      case GateEvent.OfRun record -> {}
    }
  }

  private static Worker known(Turn turn, Incarnation incarnation) {
    var worker = turn.state().workers().get(incarnation);
    return worker == null ? Worker.unheard(incarnation, turn.state().leaseTimeMs()) : worker;
  }

  private void refuse(Turn turn, GateEvent.Submitted submitted) {
    if (turn.state().run(submitted.run()) == null
        && turn.recall(Transitions.recentId(submitted.run())).isEmpty()) {
      var run = submitted.run();
      turn.remember(Transitions.recentId(run), new RecentIds.Known(0, submitted.spec().bodyHash()));
      turn.add(
          new GateEffect.Complete(
              run,
              Kin.root(run.id(), submitted.origin()),
              submitted.spec().agent(),
              Map.of(),
              Outcome.REJECTED,
              failure(),
              false,
              submitted.origin().appendMs(),
              null,
              turn.nowMs(),
              0,
              0,
              0,
              Map.of(),
              0,
              submitted.spec().traceparent()));
      turn.decide(DecisionKind.REJECT, run, 0, failure().message());
    }
  }

  /** Keeps the record, and what the gate failed with, among the dead letters. */
  void say(Turn turn) {
    turn.add(new GateEffect.DeadLetterRecord(reason(), Traces.whole(cause)));
    turn.decide(DecisionKind.ALARM, "", reason());
  }

  private String reason() {
    return "the gate failed on this record: " + Traces.brief(cause);
  }

  private Failure failure() {
    return Failure.of(Failure.GATE, "the gate failed on this run: " + Traces.brief(cause));
  }

  // --- runs

  void seal(Turn turn, RunKey key) {
    say(turn);
    var run = turn.state().run(key);
    if (isRecords) {
      if (event instanceof GateEvent.Journaled record
          && (run == null || !JournalReads.counts(turn, run, record))) {
        voided(turn, run, record);
      } else if (run != null && isCurrent(run)) {
        sealBehindRecord(turn, run);
      }
    } else if (run != null) {
      seal(turn, run, EndRequest.SEALED, failure());
    }
  }

  /** A record that does not count has no effect, but to be wiped where nothing else stands. */
  private static void voided(Turn turn, @Nullable Run run, GateEvent.Journaled record) {
    if (run != null
        && !(run.phase() instanceof Phase.Lost)
        && !turn.state()
            .journalOf(run.key())
            .holds(record.seq(), record.epoch(), record.worker())) {
      turn.add(new GateEffect.Tombstone());
    }
    turn.decide(DecisionKind.REFUSE, record.run(), record.epoch(), JournalReads.voidText(record));
  }

  /** Seals a run, and keeps what its own record says of its lease and its journal. */
  private void sealBehindRecord(Turn turn, Run run) {
    switch (event) {
      case GateEvent.Journaled record -> {
        var held = named(turn, run, record.worker(), Phase.Running.CLAIM_UNREAD);
        turn.state().put(held);
        if (record.entry().isPosition()) {
          index(turn, held, record);
        }
        if (record.entry().endsEpoch()) {
          end(turn, held, EndRequest.SEALED, failure());
        } else {
          seal(turn, held, EndRequest.SEALED, failure());
        }
      }
      case GateEvent.Answered claim when claim.answer() == GateEvent.Answer.CLAIM -> {
        var held = named(turn, run, claim.worker(), claim.heartbeat());
        seal(turn, held, EndRequest.SEALED, failure());
      }
      case GateEvent.Answered returned when run.phase() instanceof Phase.Dispatched ->
          end(turn, run, EndRequest.SEALED, failure());
      case GateEvent.FenceRead fence when run.phase() instanceof Phase.Fencing ->
          end(turn, run, EndRequest.SEALED, failure());
      case GateEvent.InputRead input -> {
        var at = new Run.InputAt(turn.cause().offset(), -1);
        seal(turn, run.withInput(at), EndRequest.SEALED, failure());
      }
      case GateEvent.Answered claimOrReturn -> seal(turn, run, EndRequest.SEALED, failure());
      case GateEvent.FenceRead fence -> seal(turn, run, EndRequest.SEALED, failure());
      case GateEvent.SignalRead signal -> seal(turn, run, EndRequest.SEALED, failure());
      case GateEvent.OfLife record -> seal(turn, run, EndRequest.SEALED, failure());
      case GateEvent.Other record -> seal(turn, run, EndRequest.SEALED, failure());
    }
  }

  /** The run with its holder named by its claim, or by its first record. */
  private static Run named(Turn turn, Run run, Incarnation worker, long heartbeat) {
    return switch (run.phase()) {
      case Phase.Dispatched dispatched -> {
        var next = run.startedBy(worker, heartbeat, turn.nowMs());
        turn.decide(DecisionKind.CLAIM, next, "claimed", worker);
        yield next;
      }
      case Phase.Running running when running.holder().equals(worker) && !running.claimRead() ->
          run.claimed(heartbeat);
      case Phase.Fencing fencing when fencing.holder() == null ->
          run.heldUntilFence(worker, heartbeat >= 0);
      case Phase.Running running -> run;
      case Phase.Fencing fencing -> run;
      case Phase.Queued queued -> run;
      case Phase.Waiting waiting -> run;
      case Phase.Dead dead -> run;
      case Phase.Lost lost -> run;
    };
  }

  /**
   * A position counts whatever the gate failed with; of children it asks for none is taken, and a
   * signal that it sends is not delivered.
   */
  private static void index(Turn turn, Run run, GateEvent.Journaled record) {
    var totals = turn.state().journalOf(run.key()).totals().plus(record.needs());
    int steps = record.entry() instanceof JournalEntry.Step ? 1 : 0;
    var position = Position.of(turn.cause().offset(), record.size(), record.epoch(), 0);
    boolean asks =
        record.entry() instanceof JournalEntry.Spawn || record.entry() instanceof JournalEntry.Send;
    turn.state()
        .append(
            run.key(),
            asks ? position.refusedFor("the gate failed on it") : position,
            record.worker(),
            totals.plus(steps, 0, TreeMeters.counted(turn, run, record.entry().charged())));
  }

  static void seal(Turn turn, Run run, EndRequest request, Failure why) {
    switch (run.phase()) {
      case Phase.Queued queued -> end(turn, run, request, why);
      case Phase.Waiting waiting -> end(turn, run, request, why);
      case Phase.Dispatched dispatched -> ask(turn, run, request, why);
      case Phase.Fencing fencing -> ask(turn, run, request, why);
      case Phase.Running running -> {
        ask(turn, run, request, why);
        turn.stop(running.holder(), run.key(), run.epoch(), why.message());
      }
      case Phase.Lost lost -> {} // it ends as soon as it may
      case Phase.Dead dead -> forget(turn, run);
    }
  }

  private static void ask(Turn turn, Run run, EndRequest request, Failure why) {
    turn.state().put(run.asked(request));
    turn.decide(DecisionKind.ALARM, run, "sealed: " + why.message());
  }

  private static void end(Turn turn, Run run, EndRequest request, Failure why) {
    Transitions.end(turn, run.asked(request), Outcome.DEAD, why, false);
  }

  private static void forget(Turn turn, Run dead) {
    turn.state().remove(dead);
    turn.remember(Transitions.recentId(dead.key()), new RecentIds.Known(0, dead.spec().bodyHash()));
  }

  /** The same with as little as possible, for what even {@link #seal} fails on. */
  void sealBare(Turn turn, RunKey key) {
    say(turn);
    var run = turn.state().run(key);
    if (run == null || (isRecords && !isCurrent(run))) {
      return;
    }
    boolean isIdle = run.isDead() || run.isQueued() || run.phase() instanceof Phase.Waiting;
    if (isIdle || endsEpoch()) {
      forget(turn, run);
      if (!run.isDead()) {
        turn.add(bareEnd(turn, run));
      }
    } else {
      turn.state().put(run.asked(EndRequest.BARRED));
    }
  }

  /** Whether the record itself says that nobody executes the run any more. */
  private boolean endsEpoch() {
    return isRecords
        && switch (event) {
          case GateEvent.Journaled record -> record.entry().endsEpoch();
          case GateEvent.FenceRead fence -> true;
          case GateEvent.Answered answered -> false;
          case GateEvent.InputRead input -> false;
          case GateEvent.SignalRead signal -> false;
          case GateEvent.OfLife record -> false;
          case GateEvent.Other record -> false;
        };
  }

  private GateEffect bareEnd(Turn turn, Run run) {
    return new GateEffect.Complete(
        run.key(),
        Kin.root(run.key().id(), new Origin(turn.nowMs(), 0, 0)),
        "",
        Map.of(),
        Outcome.DEAD,
        failure(),
        false,
        turn.nowMs(),
        null,
        turn.nowMs(),
        run.epoch(),
        0,
        0,
        Map.of(),
        run.tries().redrive(),
        null);
  }
}
