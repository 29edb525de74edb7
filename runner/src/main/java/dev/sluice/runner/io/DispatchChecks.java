package dev.sluice.runner.io;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.GateValue;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.v1.ChildOutcome;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalPosition;
import dev.sluice.v1.MeterSlice;
import dev.sluice.v1.SignalPosition;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks a dispatch as if anybody had written it: what it says becomes partitions, offsets,
 * positions and times here, and whoever may produce to the topic can forge one.
 */
public final class DispatchChecks {
  /** Far beyond what a run reaches, far from where a number overflows. */
  static final int MOST_NUMBERED = 1_000_000_000;

  /** Beside steps there are the checkpoint and failures that the agent went on behind. */
  private static final int MOST_POSITIONS = Bounds.STEPS + 10_000;

  /** Of what is taken from an amount nothing may overflow. */
  private static final long LARGEST_AMOUNT = Long.MAX_VALUE / 4;

  private final String pool;
  private final int partitions;

  /**
   * @param pool whose topic it stands in
   * @param partitions of the gate
   */
  public DispatchChecks(String pool, int partitions) {
    this.pool = pool;
    this.partitions = partitions;
  }

  /** The first rule that was broken. */
  private static final class Broken {
    private @Nullable String rule;

    Broken unless(boolean holds, String words, Object value) {
      if (!holds && rule == null) {
        rule = words + ", got " + value;
      }
      return this;
    }

    Broken add(Optional<String> problem) {
      if (rule == null) {
        rule = problem.orElse(null);
      }
      return this;
    }

    Broken range(String name, long value, long least, long most) {
      return unless(
          value >= least && value <= most, name + " must be " + least + " to " + most, value);
    }

    Optional<String> first() {
      return Optional.ofNullable(rule);
    }
  }

  /**
   * What is wrong with the words that an answer repeats; a dispatch that has such a fault cannot be
   * answered.
   */
  Optional<String> identityProblem(Dispatch dispatch) {
    var tenant = dispatch.getTenant();
    int partition = dispatch.getGatePartition();
    return new Broken()
        .add(Names.tenantProblem(tenant))
        .add(Names.anyRunIdProblem(dispatch.getRunId()))
        .range("epoch", dispatch.getEpoch(), 1, Integer.MAX_VALUE - 1)
        .unless(
            partition == TenantPartitions.of(tenant, partitions),
            "gate_partition must be its tenant's of " + partitions,
            partition)
        .first();
  }

  /** What else is wrong with it. */
  Optional<String> problem(Dispatch dispatch) {
    return scalars(dispatch)
        .or(() -> input(dispatch))
        .or(() -> replay(dispatch.getReplay(), dispatch.getNextSeq()))
        .or(() -> children(dispatch))
        .or(() -> signals(dispatch.getSignals()))
        .or(() -> budget(dispatch.getBudget()));
  }

  private Optional<String> scalars(Dispatch dispatch) {
    return new Broken()
        .add(Names.agentProblem(dispatch.getAgent()))
        .unless(dispatch.getPool().equals(pool), "pool must be " + pool, quoted(dispatch.getPool()))
        .range("attempt", dispatch.getAttempt(), 1, MOST_NUMBERED)
        .range(
            "lease_ttl_ms",
            dispatch.getLeaseTtlMs(),
            GateValue.LEASE_TTL.least(),
            GateValue.LEASE_TTL.most())
        .range("max_attempts", dispatch.getMaxAttempts(), 1, MOST_NUMBERED)
        .range("max_steps", dispatch.getMaxSteps(), 0, MOST_POSITIONS)
        .range("depth", dispatch.getDepth(), 0, MOST_NUMBERED)
        .range("max_children", dispatch.getMaxChildren(), 0, MOST_NUMBERED)
        .range("max_depth", dispatch.getMaxDepth(), 0, MOST_NUMBERED)
        .range("max_descendants", dispatch.getMaxDescendants(), 0, MOST_NUMBERED)
        .range("spawned", dispatch.getSpawned(), 0, MOST_NUMBERED)
        .first();
  }

  private static Optional<String> input(Dispatch dispatch) {
    if (dispatch.getSubmission() != null) {
      return Optional.empty();
    }
    return new Broken()
        .range("input_offset", dispatch.getInputOffset(), 0, Long.MAX_VALUE)
        .range("input_index", dispatch.getInputIndex(), -1, MOST_NUMBERED)
        .first();
  }

  private static Optional<String> replay(List<JournalPosition> replay, int nextSeq) {
    var broken = new Broken();
    broken.range("positions of replay", replay.size(), 0, MOST_POSITIONS);
    int first = replay.isEmpty() ? 1 : replay.getFirst().getSeq();
    broken.range("seq", first, 1, MOST_NUMBERED);
    long offset = -1;
    for (int i = 0; i < replay.size(); i++) {
      var position = replay.get(i);
      broken.unless(
          position.getSeq() == first + i, "seq must be " + (first + i), position.getSeq());
      broken.range("offset", position.getOffset(), offset + 1, Long.MAX_VALUE - 1);
      broken.range("signal_offset", position.getSignalOffset(), -1, Long.MAX_VALUE - 1);
      combined(position, broken);
      offset = position.getOffset();
    }
    return broken
        .range("next_seq", nextSeq, replay.isEmpty() ? 1 : first + replay.size(), MOST_NUMBERED)
        .first();
  }

  private static void combined(JournalPosition position, Broken broken) {
    var combined = position.getCombined();
    if (combined != null) {
      broken.range("chosen", combined.getChosen(), -1, Bounds.WAIT_BRANCHES - 1);
      combined
          .getMoreSignals()
          .forEach(at -> broken.range("more_signals", at, 0, Long.MAX_VALUE - 1));
    }
  }

  private static Optional<String> children(Dispatch dispatch) {
    var broken = new Broken();
    var numbers = new HashSet<Integer>();
    for (ChildOutcome child : dispatch.getChildren()) {
      broken.unless(numbers.add(child.getNumber()), "a child must end once", child.getNumber());
      broken.range("offset of a child's end", child.getOffset(), -1, Long.MAX_VALUE - 1);
    }
    var live = dispatch.getLiveChildren();
    if (live != null) {
      live.forEach(
          number -> broken.unless(numbers.add(number), "a child is live or ended, once", number));
    }
    numbers.forEach(number -> broken.range("number of a child", number, 1, dispatch.getSpawned()));
    return broken.first();
  }

  private static Optional<String> signals(List<SignalPosition> signals) {
    var broken = new Broken();
    for (var signal : signals) {
      broken.add(Names.signalProblem(signal.getName()));
      broken.range("number of a signal", signal.getNumber(), 1, MOST_NUMBERED);
      broken.range("offset of a signal", signal.getOffset(), 0, Long.MAX_VALUE - 1);
    }
    return broken.first();
  }

  private static Optional<String> budget(List<MeterSlice> budget) {
    var broken = new Broken();
    var meters = new HashSet<String>();
    for (var slice : budget) {
      var meter = slice.getMeter();
      broken.unless(meters.add(meter), "a meter has one slice", quoted(meter));
      broken.range("ceiling", slice.getCeiling(), 0, Long.MAX_VALUE);
      broken.range("left", slice.getLeft(), -LARGEST_AMOUNT, Long.MAX_VALUE);
      broken.range("slice", slice.getSlice(), -LARGEST_AMOUNT, Long.MAX_VALUE);
    }
    return broken.first();
  }

  private static String quoted(String value) {
    return "'" + Texts.quoted(value) + "'";
  }
}
