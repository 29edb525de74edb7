package dev.sluice.admission;

import dev.sluice.admission.journal.JournalEntry;
import dev.sluice.admission.journal.Settled;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.ChildSpec;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.RetryRule;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.Signal;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.tree.Child;
import dev.sluice.contract.Bounds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of a run on a sound worker: an agent that does anything that it may do, and keeps to
 * its slice of the budget.
 */
final class SimulatedExecution {
  static final String METER = "calls";
  private static final int MAX_POSITIONS = 9;

  private final GateEffect.Dispatch dispatch;
  private final SplittableRandom random;
  private final boolean isNew;
  private final Set<Integer> taken = new HashSet<>();
  private int seq;
  private int spawned;
  private long charged;

  /**
   * An epoch that begins.
   *
   * @param isNew whether its worker knows calls that concern other runs of the tree
   */
  SimulatedExecution(GateEffect.Dispatch dispatch, SplittableRandom random, boolean isNew) {
    this.dispatch = dispatch;
    this.isNew = isNew;
    this.random = random;
    seq = dispatch.journal().next();
    spawned = dispatch.journal().spawned();
  }

  /** Whether it may be what ends its worker: it has not got further than before. */
  boolean isSuspect() {
    return dispatch.run().tries().isSuspect() && seq == dispatch.journal().next();
  }

  long ttlMs() {
    return dispatch.run().phase().leaseTtlMs();
  }

  int epoch() {
    return dispatch.run().epoch();
  }

  int seq() {
    return seq;
  }

  boolean goesOnBehind(JournalEntry entry) {
    return switch (entry) {
      case JournalEntry.Step step -> true;
      case JournalEntry.Spawn spawn -> true;
      case JournalEntry.Cancel cancel -> true;
      case JournalEntry.Send send -> true;
      case JournalEntry.SignalTaken signal -> true;
      case JournalEntry.CombinedTaken combined -> true;
      case JournalEntry.Version version -> true;
      case JournalEntry.Checkpoint checkpoint -> true;
      default -> false;
    };
  }

  void wrote(JournalEntry entry) {
    seq++;
    charged += entry.charged().getOrDefault(METER, 0L);
    if (entry instanceof JournalEntry.Spawn spawn) {
      spawned += spawn.children().size();
    }
  }

  JournalEntry next(long nowMs) {
    int most = Math.floorMod(dispatch.run().key().hashCode(), MAX_POSITIONS);
    if (seq > most || random.nextInt(14) == 0) {
      return last(seq <= most);
    }
    return switch (random.nextInt(isNew ? 19 : 16)) {
      case 16 -> cancel();
      case 17, 18 -> send();
      case 0, 1 -> spawn();
      case 2 -> new JournalEntry.Sleep(random.nextInt(3_000), Map.of());
      case 3 -> signal();
      case 4 -> new JournalEntry.Checkpoint(Map.of());
      case 5 -> new JournalEntry.Version(Map.of());
      case 6 -> awaitChildren();
      case 7, 8 -> combined();
      default -> step(random.nextInt(4));
    };
  }

  private JournalEntry step(long calls) {
    if (!dispatch.budget().isEmpty()) {
      long left = dispatch.budget().get(0).slice() - charged;
      if (calls > left) {
        return dispatch.run().allowance().exhausted()
            ? new JournalEntry.End(
                Outcome.BUDGET_EXHAUSTED, Failure.of("BudgetExhausted", "test"), Map.of())
            : new JournalEntry.BudgetWait(Map.of(METER, calls), Map.of());
      }
    }
    return new JournalEntry.Step(charges(calls));
  }

  /** Now and then also to more meters than there may be, under names and amounts of any kind. */
  private Map<String, Long> charges(long calls) {
    var charges = new HashMap<String, Long>();
    charges.put(METER, calls);
    if (random.nextInt(5) == 0) {
      for (int i = random.nextInt(20); i > 0; i--) {
        charges.put(meter(), amount());
      }
    }
    return charges;
  }

  private String meter() {
    return switch (random.nextInt(12)) {
      case 0 -> "m".repeat(Bounds.METER_CHARS);
      case 1 -> "m".repeat(Bounds.METER_CHARS + 1);
      case 2 -> "no meter";
      case 3 -> "";
      default -> "m" + random.nextInt(60);
    };
  }

  private long amount() {
    return switch (random.nextInt(6)) {
      case 0 -> Bounds.AMOUNT;
      case 1 -> Bounds.AMOUNT + 1;
      case 2 -> -1;
      case 3 -> Long.MAX_VALUE;
      default -> random.nextLong(100);
    };
  }

  private JournalEntry spawn() {
    var children = new ArrayList<ChildSpec>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      var agent = random.nextInt(10) == 0 ? "rare" : "common";
      var pool = random.nextInt(30) == 0 ? "late" : "default";
      children.add(
          new ChildSpec(
              spawned + children.size() + 1, spec(agent, pool, endByMs()), random.nextInt(4) == 0));
    }
    return new JournalEntry.Spawn(children, Map.of());
  }

  /** Some of its children, also such as have ended, were refused or never were. */
  private JournalEntry cancel() {
    var numbers = new ArrayList<Integer>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      numbers.add(1 + random.nextInt(spawned + 1));
    }
    return new JournalEntry.Cancel(numbers, Map.of());
  }

  /** Now and then also waits to be told what became of one. */
  private JournalEntry send() {
    if (random.nextInt(5) == 0) {
      return new JournalEntry.SentWait(Map.of());
    }
    int bytes = random.nextInt(20) == 0 ? Bounds.SENT_BYTES + 1 : random.nextInt(100);
    return new JournalEntry.Send(receiver(), "s" + random.nextInt(2), bytes, Map.of());
  }

  private String receiver() {
    var own = dispatch.run().key().id();
    var parent = dispatch.run().kin().parent();
    var above = parent == null ? "" : parent;
    return switch (random.nextInt(8)) {
      case 0 -> "r" + random.nextInt(25);
      case 1 -> own;
      case 2, 3 -> above;
      case 4 -> above + "~" + (1 + random.nextInt(4));
      default -> own + "~" + (1 + random.nextInt(spawned + 1));
    };
  }

  private @Nullable Long endByMs() {
    return random.nextInt(15) == 0
        ? Long.valueOf(dispatch.run().phase().sinceMs() + random.nextInt(8_000))
        : null;
  }

  private static RunSpec spec(String agent, String pool, @Nullable Long endByMs) {
    return new RunSpec(
        agent,
        pool,
        0,
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        null,
        endByMs,
        null,
        new RetryRule(2, 500, 2_000),
        TreeLimits.NONE,
        null,
        null);
  }

  private JournalEntry signal() {
    for (var signal : dispatch.run().inbox().untaken()) {
      if (taken.add(signal.number())) {
        return new JournalEntry.SignalTaken(signal.number(), Map.of());
      }
    }
    return new JournalEntry.SignalWait("s" + random.nextInt(2), random.nextInt(4_000), Map.of());
  }

  /** Takes what is there by itself, as far as its dispatch says, and else waits. */
  private JournalEntry combined() {
    boolean all = random.nextInt(3) == 0;
    var branches = new ArrayList<Branch>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      branches.add(branch());
    }
    if (all && spawned > 0 && random.nextBoolean()) { // a child and a time, whichever is last
      branches.removeIf(Branch.ForSignal.class::isInstance);
      branches.add(new Branch.Child(1 + random.nextInt(spawned)));
      branches.add(new Branch.Timer(random.nextInt(4_000)));
    }
    var there = branches.stream().map(this::isThere).toList();
    boolean hasSignals = branches.stream().anyMatch(Branch.ForSignal.class::isInstance);
    if (all && !hasSignals && !there.contains(false)) {
      return new JournalEntry.CombinedTaken(Settled.ALL, List.of(), Map.of());
    }
    int first = there.indexOf(true);
    if (all || first < 0) {
      return new JournalEntry.CombinedWait(all, branches, Map.of());
    }
    var signals = new ArrayList<Integer>();
    if (branches.get(first) instanceof Branch.ForSignal awaited) {
      signals.add(untaken(awaited.name()).getFirst());
    }
    taken.addAll(signals);
    return new JournalEntry.CombinedTaken(first, signals, Map.of());
  }

  private Branch branch() {
    return switch (random.nextInt(3)) {
      case 0 -> new Branch.Child(1 + random.nextInt(spawned + 1));
      case 1 -> new Branch.ForSignal("s" + random.nextInt(2));
      default -> new Branch.Timer(random.nextInt(4) == 0 ? 0 : random.nextInt(4_000));
    };
  }

  private boolean isThere(Branch branch) {
    return switch (branch) {
      case Branch.Child child ->
          dispatch.children().stream()
              .anyMatch(one -> one.number() == child.number() && !one.isLive());
      case Branch.ForSignal signal -> !untaken(signal.name()).isEmpty();
      case Branch.Timer timer -> timer.delayMs() == 0;
    };
  }

  private List<Integer> untaken(String name) {
    return dispatch.run().inbox().untaken().stream()
        .filter(one -> one.name().equals(name) && !taken.contains(one.number()))
        .map(Signal::number)
        .toList();
  }

  private JournalEntry awaitChildren() {
    return new JournalEntry.ChildrenWait(unknown(), Map.of());
  }

  private List<Integer> unknown() {
    var numbers = new ArrayList<Integer>();
    dispatch.children().stream().filter(Child::isLive).map(Child::number).forEach(numbers::add);
    for (int number = dispatch.journal().spawned() + 1; number <= spawned; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  private JournalEntry last(boolean unfinished) {
    var failure = Failure.of("Test", "by the simulation");
    if (!unfinished && !unknown().isEmpty() && random.nextInt(6) > 0) {
      return awaitChildren();
    }
    if (!unfinished && random.nextInt(5) > 0) {
      return new JournalEntry.End(Outcome.SUCCEEDED, null, Map.of());
    }
    return switch (random.nextInt(4)) {
      case 0 -> new JournalEntry.End(Outcome.FAILED, failure, Map.of());
      case 1 -> new JournalEntry.RetryWanted(failure, null, Map.of());
      case 2 -> new JournalEntry.Pause(random.nextInt(5_000), "pause", Map.of());
      default -> new JournalEntry.Stopped(JournalEntry.StopReason.DRAIN, Map.of());
    };
  }
}
