package dev.sluice.verification;

import dev.sluice.v1.ChildBranch;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.SignalBranch;
import dev.sluice.v1.TenantLoad;
import dev.sluice.v1.TopicState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds runs that have not ended although nothing in the topics explains what they wait for.
 * Patience is counted in lease time: while no gate ticks, nobody is late. It assumes a TTL of at
 * most {@link #LEASE_MS}.
 */
final class StuckCheck {
  /** Longer than anything takes that needs nobody else. */
  static final long PATIENCE_MS = 30_000;

  /** How long a worker may be silent, or may not name a run, until its lease ends. */
  static final long LEASE_MS = 30_000;

  /** How long a dispatch may be unanswered. */
  static final long UNANSWERED_MS = 360_000;

  /** How long a run waits for a pool that is not known, where {@code settings} are read. */
  static final long UNKNOWN_POOL_MS = 80_000;

  private static final int LEASES_OF_A_SUSPECT = 2;

  private record Spot(int partition, long offset) {
    Spot(Place at) {
      this(at.partition(), at.offset());
    }
  }

  private final LeaseTimes times;
  private final Workers workers;
  private final Waits waits;
  private final Brakes brakes;
  private final CodeNeeds code;
  private final Map<RunName, Standing> standing = new HashMap<>();
  private final Map<RunName, Integer> leasesLost = new HashMap<>();
  private final Map<String, TenantLoad> loads = new HashMap<>();
  private final Map<Integer, Boolean> mayDispatch = new HashMap<>();
  private final Map<Integer, Long> lastDispatchMs = new HashMap<>();
  private final Map<RunName, History.Submission> undecided = new HashMap<>();
  private final Set<Spot> causes = new HashSet<>();

  StuckCheck(History history) {
    times = new LeaseTimes(history);
    workers = new Workers(history, times);
    waits = new Waits(history);
    brakes = new Brakes(history);
    code = new CodeNeeds(history);
    history.submissions().forEach(one -> undecided.putIfAbsent(one.run(), one));
    history.decisions().forEach(one -> take(one.decision(), one.at()));
    for (var one : history.progress()) {
      if (one.progress().getEvent() instanceof TopicState state) {
        mayDispatch.put(one.at().partition(), state.getProblems().isEmpty());
      }
    }
    history.completions().forEach(one -> undecided.remove(RunName.of(one.completed())));
    undecided.values().removeIf(one -> causes.contains(new Spot(one.at())));
  }

  private void take(Decision decision, Place at) {
    if (decision.getLoad() != null) {
      loads.put(decision.getTenant(), decision.getLoad());
    }
    causes.add(new Spot(decision.getCausePartition(), decision.getCauseOffset()));
    if (decision.getKind() == DecisionKind.DISPATCH) {
      lastDispatchMs.merge(at.partition(), decision.getAtMs(), Math::max);
    }
    if (decision.getRunId() != null) {
      var run = RunName.of(decision);
      undecided.remove(run);
      if (decision.getKind() == DecisionKind.RELEASE) {
        leasesLost.merge(run, 1, Integer::sum);
      }
      var next = Standing.after(standing.get(run), decision, at);
      if (next != null) {
        standing.put(run, next);
        started(decision, next);
      }
    }
  }

  private void started(Decision decision, Standing of) {
    var summary = of.summary();
    if (decision.getKind() == DecisionKind.DISPATCH && summary != null) {
      brakes.started(of.partition(), summary.getPool(), summary.getAgent(), decision.getAtMs());
    }
  }

  /** The stuck runs, each with a description. */
  List<Violation> violations() {
    var found = new ArrayList<Violation>();
    undecided.forEach(
        (run, one) -> {
          if (isLate(one.at().partition(), one.at().appendMs(), PATIENCE_MS)) {
            found.add(stuck(run, "nothing was decided on its submission"));
          }
        });
    standing.forEach(
        (run, where) -> {
          var why = why(run, where);
          if (why != null) {
            found.add(stuck(run, why + ", epoch " + where.epoch()));
          }
        });
    return found;
  }

  private static Violation stuck(RunName run, String why) {
    return new Violation("stuck", run.tenant() + "/" + run.runId() + ": " + why);
  }

  private boolean isLate(int partition, long sinceMs, long patienceMs) {
    return times.since(partition, sinceMs) > patienceMs;
  }

  private @Nullable String why(RunName run, Standing where) {
    int partition = where.partition();
    return switch (where.phase()) {
      case ENDED -> null;
      case FENCING ->
          isLate(partition, where.sinceMs(), PATIENCE_MS) ? "its fence is not read back" : null;
      case DISPATCHED ->
          isLate(partition, where.sinceMs(), UNANSWERED_MS + PATIENCE_MS)
              ? "its dispatch is neither answered nor given up"
              : null;
      case QUEUED -> queued(run, where);
      case RUNNING -> running(run, where);
      case WAITING -> waiting(run, where);
    };
  }

  /** Held by the tenant's cap, a pause or a brake, or nobody has room: else one should have it. */
  private @Nullable String queued(RunName run, Standing where) {
    var summary = where.summary();
    int partition = where.partition();
    if (summary == null) {
      return null;
    }
    var pool = summary.getPool();
    var agent = summary.getAgent();
    if (!isLate(partition, readySinceMs(where, pool, agent), startsWithinMs(where, pool, agent))
        || brakes.hold(partition, pool, agent)
        || isHeld(run.tenant())
        || waitsForSuspects(run)
        || !mayDispatch.getOrDefault(partition, true)) {
      return null;
    }
    var worker = workers.withRoomFor(partition, pool, agent, code.of(run), PATIENCE_MS);
    return worker == null ? null : "it is ready, and " + worker + " has room for it";
  }

  /** Since when nothing that may go before it has moved. */
  private long readySinceMs(Standing where, String pool, String agent) {
    int partition = where.partition();
    long othersMs =
        brakes.startsWithinMs(partition, pool, agent) == 0
            ? lastDispatchMs.getOrDefault(partition, 0L)
            : brakes.boundSinceMs(partition, pool, agent);
    long easedMs = brakes.changedMs(partition, pool, agent);
    return Math.max(where.sinceMs(), Math.max(othersMs, easedMs));
  }

  private long startsWithinMs(Standing where, String pool, String agent) {
    long bound = brakes.startsWithinMs(where.partition(), pool, agent);
    return bound == Long.MAX_VALUE ? bound : bound + 2 * PATIENCE_MS;
  }

  /** It may be a suspect (rule 4), and so wait for a worker that executes no other. */
  private boolean waitsForSuspects(RunName run) {
    return mayBeSuspect(run)
        && standing.entrySet().stream()
            .anyMatch(
                other ->
                    !other.getKey().equals(run)
                        && other.getValue().isLeased()
                        && mayBeSuspect(other.getKey()));
  }

  private boolean mayBeSuspect(RunName run) {
    return leasesLost.getOrDefault(run, 0) >= LEASES_OF_A_SUSPECT;
  }

  private boolean isHeld(String tenant) {
    var load = loads.get(tenant);
    return load == null || load.getPaused() || load.getInFlight() >= load.getCap();
  }

  /** Its holder's heartbeats go on and name it, and it was not asked to end long ago. */
  private @Nullable String running(RunName run, Standing where) {
    int partition = where.partition();
    var asked = where.askedMs();
    if (asked != null
        && isLate(partition, Math.max(asked, where.sinceMs()), LEASE_MS + 2 * PATIENCE_MS)) {
      return "it was asked to end and goes on";
    }
    var holder = where.holder();
    if (holder == null) {
      return null;
    }
    if (workers.goneFor(partition, holder) > PATIENCE_MS) {
      return holder + " holds it and is gone";
    }
    if (workers.silentFor(partition, holder, where.sinceMs()) > LEASE_MS + PATIENCE_MS) {
      return holder + " holds it and is not heard";
    }
    long unnamed =
        workers.unnamedFor(partition, holder, run, where.epoch(), where.sinceMs() + PATIENCE_MS);
    return unnamed > 2 * LEASE_MS + PATIENCE_MS ? holder + " holds it and does not name it" : null;
  }

  private @Nullable String waiting(RunName run, Standing where) {
    int partition = where.partition();
    var until = where.untilMs();
    if (until != null && isLate(partition, Math.max(until, where.sinceMs()), PATIENCE_MS)) {
      return "its deadline has passed while it waits for " + where.waitingFor();
    }
    if (!isLate(partition, where.sinceMs(), PATIENCE_MS)) {
      return null;
    }
    return switch (String.valueOf(where.waitingFor())) {
      case "signal" -> {
        long came = waits.signalMs(run);
        yield came >= where.sinceMs() && isLate(partition, came, PATIENCE_MS)
            ? "the signal that it waits for has come"
            : null;
      }
      case "child" -> children(run, partition);
      case "any" ->
          waits.branches(run).stream().anyMatch(branch -> hasCome(run, where, branch, 1))
              ? "one of what it waits for has come"
              : null;
      case "all" -> haveAllCome(run, where) ? "all that it waits for has come" : null;
      case "budget" ->
          hasKinOnTheWay(run) ? null : "no other run of its tree has budget to give back";
      case "pool" ->
          isLate(partition, where.sinceMs(), UNKNOWN_POOL_MS + 2 * PATIENCE_MS)
              ? "its pool has neither come nor been given up"
              : null;
      case "time", "retry", "agent", "worker" -> until == null ? "no time ends its wait" : null;
      default -> "it waits for something unknown: " + where.waitingFor();
    };
  }

  /** Each branch of a wait for all takes a signal of its own. */
  private boolean haveAllCome(RunName run, Standing where) {
    var branches = waits.branches(run);
    return !branches.isEmpty()
        && branches.stream()
            .allMatch(
                branch -> hasCome(run, where, branch, Collections.frequency(branches, branch)));
  }

  /**
   * Whether a branch of a combined wait came some time ago: a signal only if it came since the run
   * waits, as one from before may have been taken. What timers come to, the wait's end tells.
   *
   * @param signals how many the wait takes of a branch's name, if that is a signal
   */
  private boolean hasCome(RunName run, Standing where, Object branch, int signals) {
    int partition = where.partition();
    return switch (branch) {
      case ChildBranch child -> hasEnded(run.child(child.getNumber()), partition);
      case SignalBranch signal -> {
        long came = waits.signalMs(run, signal.getName(), where.sinceMs(), signals);
        yield came >= 0 && isLate(partition, came, PATIENCE_MS);
      }
      default ->
          "all".equals(where.waitingFor()) && where.untilMs() == null; // the last timer is over
    };
  }

  private boolean hasEnded(RunName child, int partition) {
    var known = standing.get(child);
    return known != null
        && known.phase() == Standing.Phase.ENDED
        && isLate(partition, known.sinceMs(), PATIENCE_MS);
  }

  /** Its children have all ended, the last of them some time ago. */
  private @Nullable String children(RunName run, int partition) {
    var children = waits.children(run);
    for (var child : children) {
      if (!hasEnded(child, partition)) {
        return null;
      }
    }
    return children.isEmpty() ? null : "the children that it waits for have ended";
  }

  private boolean hasKinOnTheWay(RunName run) {
    var root = root(run.runId());
    return standing.entrySet().stream()
        .anyMatch(
            other ->
                other.getKey().tenant().equals(run.tenant())
                    && !other.getKey().equals(run)
                    && root(other.getKey().runId()).equals(root)
                    && other.getValue().isOnTheWay());
  }

  private static String root(String runId) {
    return runId.split("~", 2)[0];
  }
}
