package dev.sluice.admission;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A live run as the gate knows it: no payloads, and its steps are indexed apart.
 *
 * @param inputOffset where record 0 lies in the journal partition, or {@link #UNREAD}
 * @param epoch number of the last dispatch; 0 before the first
 * @param attempt the attempt under way, from 1
 * @param lostInRow leases lost since the last new step
 * @param startedAtMs append time of the first sign of execution, or {@link #UNREAD}
 * @param request what the run was asked to end as
 * @param unclaimed holders of ended epochs, named by the journal, whose claims are yet to be read
 */
public record Run(
    RunKey key,
    RunSpec spec,
    Origin origin,
    long inputOffset,
    Phase phase,
    int epoch,
    int attempt,
    int lostInRow,
    long startedAtMs,
    @Nullable EndRequest request,
    Map<Integer, Incarnation> unclaimed) {
  /** Stands for an offset or a time that is not known yet. */
  public static final long UNREAD = -1;

  public Run {
    if (epoch < 0 || attempt < 1) {
      throw new IllegalArgumentException(
          "run " + key + ": epoch from 0 and attempt from 1, got " + epoch + " and " + attempt);
    }
    unclaimed = Map.copyOf(unclaimed);
  }

  static Run accepted(RunKey key, RunSpec spec, Origin origin, Phase phase) {
    return new Run(key, spec, origin, UNREAD, phase, 0, 1, 0, UNREAD, null, Map.of());
  }

  /** Tells whether the run takes one of its tenant's places: I1 counts these. */
  public boolean holdsLease() {
    return phase instanceof Phase.Dispatched || phase instanceof Phase.Running;
  }

  boolean isQueued() {
    return phase instanceof Phase.Queued;
  }

  boolean isDispatchable() {
    return isQueued() && inputOffset != UNREAD;
  }

  boolean hasStarted() {
    return startedAtMs != UNREAD;
  }

  Run in(Phase next) {
    return new Run(
        key,
        spec,
        origin,
        inputOffset,
        next,
        epoch,
        attempt,
        lostInRow,
        startedAtMs,
        request,
        unclaimed);
  }

  /** Ends the epoch; a holder whose claim is still unread is remembered, so that it is no alarm. */
  Run endEpoch(Phase next) {
    return switch (phase) {
      case Phase.Running running when !running.claimRead() ->
          rememberUnclaimed(running.holder()).in(next);
      case Phase.Fencing fencing when fencing.holder() != null && !fencing.claimRead() ->
          rememberUnclaimed(fencing.holder()).in(next);
      default -> in(next);
    };
  }

  private Run rememberUnclaimed(Incarnation holder) {
    var more = new HashMap<>(unclaimed);
    more.put(epoch, holder);
    return withUnclaimed(more);
  }

  Run claimSeen(int claimedEpoch) {
    var fewer = new HashMap<>(unclaimed);
    fewer.remove(claimedEpoch);
    return withUnclaimed(fewer);
  }

  private Run withUnclaimed(Map<Integer, Incarnation> next) {
    return new Run(
        key,
        spec,
        origin,
        inputOffset,
        phase,
        epoch,
        attempt,
        lostInRow,
        startedAtMs,
        request,
        next);
  }

  Run withInputAt(long offset) {
    return new Run(
        key,
        spec,
        origin,
        offset,
        phase,
        epoch,
        attempt,
        lostInRow,
        startedAtMs,
        request,
        unclaimed);
  }

  Run dispatchedTo(Phase.Dispatched next) {
    return new Run(
        key,
        spec,
        origin,
        inputOffset,
        next,
        epoch + 1,
        attempt,
        lostInRow,
        startedAtMs,
        request,
        unclaimed);
  }

  Run startedBy(Phase.Running next) {
    long started = hasStarted() ? startedAtMs : next.sinceMs();
    return new Run(
        key,
        spec,
        origin,
        inputOffset,
        next,
        epoch,
        attempt,
        lostInRow,
        started,
        request,
        unclaimed);
  }

  Run withAttempt(int next) {
    return new Run(
        key,
        spec,
        origin,
        inputOffset,
        phase,
        epoch,
        next,
        lostInRow,
        startedAtMs,
        request,
        unclaimed);
  }

  Run withLostInRow(int lost) {
    return new Run(
        key,
        spec,
        origin,
        inputOffset,
        phase,
        epoch,
        attempt,
        lost,
        startedAtMs,
        request,
        unclaimed);
  }

  Run asked(EndRequest next) {
    return new Run(
        key,
        spec,
        origin,
        inputOffset,
        phase,
        epoch,
        attempt,
        lostInRow,
        startedAtMs,
        next,
        unclaimed);
  }
}
