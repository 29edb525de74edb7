package dev.sluice.verification;

import dev.sluice.v1.Decision;
import dev.sluice.v1.RunSummary;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run's state after the last decision about it.
 *
 * @param sinceMs append time of what led to it
 * @param holder who claimed it; null while nobody has
 * @param askedMs when it was asked to end; null if it was not
 * @param summary what was submitted; null if nothing tells
 */
record Standing(
    int partition,
    Phase phase,
    long sinceMs,
    int epoch,
    @Nullable String waitingFor,
    @Nullable Long untilMs,
    @Nullable String holder,
    @Nullable Long askedMs,
    @Nullable RunSummary summary) {
  enum Phase {
    QUEUED,
    DISPATCHED,
    RUNNING,
    FENCING,
    WAITING,
    ENDED
  }

  /** Whether it has budget to give back, or will have. */
  boolean isOnTheWay() {
    return phase != Phase.WAITING && phase != Phase.ENDED;
  }

  /** Whether a worker has it, or will have. */
  boolean isLeased() {
    return phase == Phase.DISPATCHED || phase == Phase.RUNNING;
  }

  /** The state after one more decision about the run; null while it is not accepted. */
  static @Nullable Standing after(@Nullable Standing before, Decision decision, Place at) {
    if (decision.getStanding() != null) {
      return told(before, decision, at);
    }
    return switch (decision.getKind()) {
      case ACCEPT, WAIT ->
          next(
                  before,
                  decision,
                  at,
                  decision.getWaitingFor() == null ? Phase.QUEUED : Phase.WAITING)
              .since(before);
      case QUEUE, RETURN, FENCE -> next(before, decision, at, Phase.QUEUED);
      case REDRIVE -> next(null, decision, at, Phase.QUEUED).of(before);
      case DISPATCH -> next(before, decision, at, Phase.DISPATCHED);
      case CLAIM -> next(before, decision, at, Phase.RUNNING);
      case RELEASE -> next(before, decision, at, Phase.FENCING);
      case COMPLETE -> next(before, decision, at, Phase.ENDED);
      case CANCEL -> before == null ? null : before.asked(decision.getAtMs());
      case STARTED, DUPLICATE, REJECT, REROUTE, UNREADABLE -> before;
      case SIGNAL, REFUSE, TENANT, ALARM, LIVE -> before;
    };
  }

  private static Standing next(
      @Nullable Standing before, Decision decision, Place at, Phase phase) {
    return new Standing(
        at.partition(),
        phase,
        decision.getAtMs(),
        decision.getEpoch(),
        decision.getWaitingFor(),
        decision.getUntilMs(),
        phase == Phase.RUNNING ? decision.getIncarnation() : null,
        before == null ? null : before.askedMs,
        decision.getSubmission() != null || before == null
            ? decision.getSubmission()
            : before.summary);
  }

  /** What the gate repeats does not say who holds the run. */
  private static Standing told(@Nullable Standing before, Decision decision, Place at) {
    var standing = decision.getStanding();
    var phase =
        standing.getPhase().equals("DEAD") ? Phase.ENDED : Phase.valueOf(standing.getPhase());
    var next = next(before, decision, at, phase);
    boolean isSame = before != null && before.epoch == next.epoch;
    return new Standing(
        next.partition,
        phase,
        standing.getSinceMs(),
        next.epoch,
        next.waitingFor,
        next.untilMs,
        phase == Phase.RUNNING && isSame && before != null ? before.holder : null,
        next.askedMs,
        next.summary);
  }

  private Standing of(@Nullable Standing known) {
    return known == null ? this : with(askedMs, known.summary);
  }

  /** Of what it waits for a part has come: it waits on, since it began to. */
  private Standing since(@Nullable Standing before) {
    boolean isSame =
        before != null
            && phase == Phase.WAITING
            && before.phase == Phase.WAITING
            && epoch == before.epoch
            && Objects.equals(waitingFor, before.waitingFor);
    return isSame && before != null
        ? new Standing(
            partition, phase, before.sinceMs, epoch, waitingFor, untilMs, holder, askedMs, summary)
        : this;
  }

  private Standing asked(long ms) {
    return with(askedMs == null ? Long.valueOf(ms) : askedMs, summary);
  }

  private Standing with(@Nullable Long asked, @Nullable RunSummary known) {
    return new Standing(
        partition, phase, sinceMs, epoch, waitingFor, untilMs, holder, asked, known);
  }
}
