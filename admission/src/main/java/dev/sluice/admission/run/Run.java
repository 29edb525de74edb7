package dev.sluice.admission.run;

import dev.sluice.admission.values.Sorted;
import dev.sluice.contract.Bounds;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run as the gate knows it: no payloads, and its journal is indexed apart.
 *
 * @param kin its place in its tree
 * @param origin where and when it was asked for
 * @param input where its input lies
 * @param request what it was asked to end as
 * @param unclaimed holders of ended epochs, named by the journal, whose claims are yet to be read
 * @param inbox its signals
 * @param allowance what it may charge to its tree's budget
 */
public record Run(
    RunKey key,
    RunSpec spec,
    Kin kin,
    Origin origin,
    InputAt input,
    Phase phase,
    Tries tries,
    @Nullable EndRequest request,
    Map<Integer, Incarnation> unclaimed,
    Inbox inbox,
    Allowance allowance) {
  /** Stands for an offset or a time that is not known yet. */
  public static final long UNREAD = -1;

  /**
   * Where a run's input lies in the journal partition.
   *
   * @param offset of record 0 or of the parent's batch of children, or {@link #UNREAD}
   * @param index among the children of that batch; −1 for record 0
   */
  public record InputAt(long offset, int index) {
    static final InputAt UNKNOWN = new InputAt(UNREAD, -1);
  }

  public Run {
    unclaimed = Sorted.copyOf(unclaimed);
  }

  public static Run accepted(RunKey key, RunSpec spec, Kin kin, Origin origin, Phase phase) {
    return new Run(
        key,
        spec,
        kin,
        origin,
        InputAt.UNKNOWN,
        phase,
        Tries.NONE,
        null,
        Map.of(),
        Inbox.EMPTY,
        Allowance.NONE);
  }

  /** A run of which nothing is known but its name, which tells its place in its tree. */
  public static Run lost(RunKey key, Origin origin, Phase.Lost phase) {
    var run = accepted(key, RunSpec.of(""), Kin.named(key.id(), origin), origin, phase);
    return run.with(new Tries(Tries.LAST_EPOCH - 1, 1, 0, UNREAD, 0, 0, 0));
  }

  public int epoch() {
    return tries.epoch();
  }

  public int attempt() {
    return tries.attempt();
  }

  /**
   * Which workers can take it.
   *
   * @param needs what replaying its journal takes
   */
  public Lane lane(Needs needs) {
    return new Lane(spec.pool(), spec.agent(), tries.isSuspect(), needs);
  }

  /** The root of its tree. */
  public RunKey root() {
    return kin.isRoot() ? key : new RunKey(key.tenant(), kin.root());
  }

  public boolean isQueued() {
    return phase instanceof Phase.Queued;
  }

  /** Whether it stands among the dead letters. */
  public boolean isDead() {
    return phase instanceof Phase.Dead;
  }

  public boolean isDispatchable() {
    return isQueued() && input.offset() != UNREAD;
  }

  public boolean hasStarted() {
    return tries.startedAtMs() != UNREAD;
  }

  /** Whether it is one that its {@code expires_at} may still end. */
  public boolean canExpire() {
    boolean idle = phase instanceof Phase.Queued || phase instanceof Phase.Waiting;
    return idle && !hasStarted() && tries.redrive() == 0;
  }

  public boolean isExpired(long nowMs) {
    var expiry = spec.expiresAtMs();
    return expiry != null && expiry <= nowMs && !hasStarted() && tries.redrive() == 0;
  }

  /** Whether its {@code end_by} has come. */
  public boolean isOver(long nowMs) {
    var endBy = spec.endByMs();
    return endBy != null && endBy <= nowMs;
  }

  // --- moves

  /** An epoch begins with these parts of the budget. */
  public Run dispatchedTo(Phase.Dispatched next, Allowance granted) {
    return with(tries.nextEpoch()).with(granted).in(next);
  }

  /** Its dispatch was taken, with this number in the claim or that of one that is not read yet. */
  public Run startedBy(Incarnation holder, long heartbeat, long nowMs) {
    var next = as(Phase.Dispatched.class).claimedBy(holder, heartbeat, nowMs);
    return with(tries.startedAt(nowMs)).in(next);
  }

  /** The claim of the holder, which a journal record had named, is read. */
  public Run claimed(long heartbeat) {
    return in(as(Phase.Running.class).claimed(heartbeat));
  }

  /** Its holder has said, at this lease time, that it was told to stop and goes on. */
  public Run told(long leaseTimeMs) {
    return in(as(Phase.Running.class).told(leaseTimeMs));
  }

  /** Its lease ends other than by its holder's last record. */
  public Run fenced(String reason, long nowMs) {
    return phase instanceof Phase.Running running
        ? in(new Phase.Fencing(running.holder(), running.claimRead(), reason, nowMs))
        : in(new Phase.Fencing(null, false, reason, nowMs));
  }

  /** The holder of the lease that has ended is known now. */
  public Run heldUntilFence(Incarnation holder, boolean claimRead) {
    var fencing = as(Phase.Fencing.class);
    return in(new Phase.Fencing(holder, claimRead, fencing.reason(), fencing.sinceMs()));
  }

  /** The fence behind which nothing of a lost run counts is read. */
  public Run behindFence() {
    return in(as(Phase.Lost.class).behindFence());
  }

  /** What it waited for has come, and its epoch had ended before. */
  public Run woken(long nowMs) {
    as(Phase.Waiting.class);
    return in(new Phase.Queued(nowMs, epoch() > 0));
  }

  /** The epoch is over, if there was one, and it waits for its next turn. */
  public Run queued(long nowMs) {
    return endEpoch(new Phase.Queued(nowMs, epoch() > 0));
  }

  public Run waitingFor(Wait wait, long nowMs) {
    return endEpoch(new Phase.Waiting(wait, nowMs));
  }

  /** It goes on waiting, and for less than before. */
  public Run waitingOn(Wait rest) {
    var waiting = new Phase.Waiting(rest, as(Phase.Waiting.class).sinceMs());
    return new Run(
        key, spec, kin, origin, input, waiting, tries, request, unclaimed, inbox, allowance);
  }

  /** It has died; {@code keptMs} is how long it can be sent back. */
  public Run dead(@Nullable Incarnation holder, long nowMs, long keptMs) {
    return endEpoch(new Phase.Dead(holder, nowMs, keptMs));
  }

  /** Sends a dead run back to where new runs wait, with its attempts before it again. */
  public Run redriven(Origin asked) {
    as(Phase.Dead.class);
    return new Run(
        key,
        spec,
        kin.asOldAs(asked),
        origin,
        input,
        new Phase.Queued(asked.appendMs(), false),
        tries.redriven(),
        null,
        unclaimed,
        inbox,
        allowance);
  }

  /** The time for which a worker held it is counted when that ends. */
  private Run in(Phase next) {
    if (!Stage.of(phase).next().contains(Stage.of(next))) {
      throw new IllegalStateException("a run cannot go from " + phase + " to " + next);
    }
    var counted =
        phase instanceof Phase.Running running && !(next instanceof Phase.Running)
            ? tries.heldFor(Math.max(0, next.sinceMs() - running.sinceMs()))
            : tries;
    return new Run(
        key, spec, kin, origin, input, next, counted, request, unclaimed, inbox, allowance);
  }

  private <P extends Phase> P as(Class<P> expected) {
    if (!expected.isInstance(phase)) {
      throw new IllegalStateException(
          "a run must be " + expected.getSimpleName() + " for this, and is " + phase);
    }
    return expected.cast(phase);
  }

  /**
   * Ends the epoch: what is left of its slice is given back, and a holder whose claim is still
   * unread is remembered, so that it is no alarm.
   */
  private Run endEpoch(Phase next) {
    var holder = phase.unreadHolder();
    var ended = holder == null ? this : rememberUnclaimed(holder);
    return ended.with(allowance.returned()).in(next);
  }

  private Run rememberUnclaimed(Incarnation holder) {
    var more = new TreeMap<>(unclaimed);
    more.put(epoch(), holder);
    if (more.size() > Bounds.UNCLAIMED) {
      more.pollFirstEntry(); // should its claim come after all, it is a void one
    }
    return withUnclaimed(more);
  }

  public Run claimSeen(int claimedEpoch) {
    var fewer = new HashMap<>(unclaimed);
    fewer.remove(claimedEpoch);
    return withUnclaimed(fewer);
  }

  private Run withUnclaimed(Map<Integer, Incarnation> next) {
    return new Run(key, spec, kin, origin, input, phase, tries, request, next, inbox, allowance);
  }

  public Run withInput(InputAt at) {
    return new Run(key, spec, kin, origin, at, phase, tries, request, unclaimed, inbox, allowance);
  }

  public Run with(Tries next) {
    return new Run(
        key, spec, kin, origin, input, phase, next, request, unclaimed, inbox, allowance);
  }

  public Run with(Inbox next) {
    return new Run(
        key, spec, kin, origin, input, phase, tries, request, unclaimed, next, allowance);
  }

  public Run with(Allowance next) {
    return new Run(key, spec, kin, origin, input, phase, tries, request, unclaimed, inbox, next);
  }

  public Run asked(EndRequest next) {
    return new Run(key, spec, kin, origin, input, phase, tries, next, unclaimed, inbox, allowance);
  }
}
