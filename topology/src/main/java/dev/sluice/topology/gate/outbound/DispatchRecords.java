package dev.sluice.topology.gate.outbound;

import dev.sluice.admission.journal.Position;
import dev.sluice.admission.journal.Settled;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Signal;
import dev.sluice.admission.tree.Child;
import dev.sluice.contract.Texts;
import dev.sluice.contract.Undelivered;
import dev.sluice.v1.ChildOutcome;
import dev.sluice.v1.CombinedOutcome;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.MeterSlice;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.SignalPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Dispatches as the topic has them. */
public final class DispatchRecords {
  // With these the largest dispatch there can be fits into a record; a test does the arithmetic.
  private static final int MANY_CHILDREN = 500;
  private static final int BRIEF_BYTES = 60;
  private static final int REFUSALS_IN_FULL = 100;
  private static final String REFUSED = "refused";

  private DispatchRecords() {}

  public static Dispatch of(GateEffect.Dispatch effect, EffectWriter.Source source) {
    var run = effect.run();
    var bounds = effect.bounds();
    return Dispatch.newBuilder()
        .setTenant(run.key().tenant())
        .setRunId(run.key().id())
        .setEpoch(run.epoch())
        .setAttempt(run.attempt())
        .setAgent(run.spec().agent())
        .setPool(run.spec().pool())
        .setGatePartition(source.cause().partition())
        .setSubmission(effect.inline() ? EffectWriter.submission(source) : null)
        .setInputOffset(run.input().offset())
        .setInputIndex(run.input().index())
        .setReplay(replay(effect.journal()))
        .setNextSeq(effect.journal().next())
        .setLeaseTtlMs(run.phase().leaseTtlMs())
        .setSubmittedAtMs(run.origin().appendMs())
        .setDeadlineMs(run.spec().endByMs())
        .setMaxDurationLeftMs(effect.leftMs())
        .setMaxAttempts(effect.maxAttempts())
        .setMaxSteps(effect.maxSteps())
        .setTraceparent(run.spec().traceparent())
        .setParentRunId(run.kin().parent())
        .setRootRunId(run.kin().isRoot() ? null : run.kin().root())
        .setDepth(run.kin().depth())
        .setMaxChildren(bounds.children())
        .setMaxDepth(bounds.depth())
        .setMaxDescendants(bounds.descendants())
        .setSpawned(effect.journal().spawned())
        .setChildren(outcomes(effect.children()))
        .setLiveChildren(
            effect.children().stream().filter(Child::isLive).map(Child::number).toList())
        .setSignals(
            run.inbox().untaken().stream()
                .map(one -> new SignalPosition(one.name(), one.number(), one.offset()))
                .toList())
        .setBudget(
            effect.budget().stream()
                .map(one -> new MeterSlice(one.meter(), one.ceiling(), one.left(), one.slice()))
                .toList())
        .setBudgetExhausted(run.allowance().exhausted())
        .setSuspect(run.tries().isSuspect())
        .setVersions(effect.journal().needs().versions())
        .setJournalFormat(effect.journal().needs().format())
        .build();
  }

  private static List<JournalPosition> replay(GateEffect.Replay journal) {
    var replay = new ArrayList<JournalPosition>(journal.positions().size());
    int seq = journal.first();
    int refusals = 0;
    for (var position : journal.positions()) {
      var refused = position.refused();
      // What became of a signal is one of a few short words, and is the same in each dispatch.
      boolean isLong = refused != null && refused.length() > Undelivered.MOST_CHARS;
      if (isLong && ++refusals > REFUSALS_IN_FULL) {
        refused = REFUSED;
      }
      replay.add(replay(seq, position, refused));
      seq++;
    }
    return replay;
  }

  private static JournalPosition replay(int seq, Position position, @Nullable String refused) {
    var signals = position.signals();
    return new JournalPosition(
        seq,
        position.offset(),
        signals.isEmpty() ? -1 : signals.getFirst().offset(),
        refused,
        combined(position.settled()));
  }

  private static @Nullable CombinedOutcome combined(@Nullable Settled settled) {
    return settled == null
        ? null
        : new CombinedOutcome(
            settled.chosen(), settled.signals().stream().skip(1).map(Signal::offset).toList());
  }

  private static List<ChildOutcome> outcomes(List<Child> children) {
    boolean many = children.size() > MANY_CHILDREN;
    return children.stream()
        .filter(child -> !child.isLive())
        .map(child -> outcome(child, many ? inBrief(child.failure()) : child.failure()))
        .toList();
  }

  private static ChildOutcome outcome(Child child, @Nullable Failure failure) {
    var outcome = Objects.requireNonNull(child.outcome(), "the child has not ended");
    return new ChildOutcome(
        child.number(),
        RunStatus.valueOf(outcome.name()),
        child.endOffset(),
        EffectWriter.error(failure));
  }

  /** Shortens a failure so that thousands fit into one record. */
  private static @Nullable Failure inBrief(@Nullable Failure failure) {
    return failure == null
        ? null
        : new Failure(
            Texts.atMostBytes(BRIEF_BYTES, failure.type()),
            Texts.atMostBytes(BRIEF_BYTES, failure.message()),
            null);
  }
}
