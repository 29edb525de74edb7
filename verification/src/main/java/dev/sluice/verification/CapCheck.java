package dev.sluice.verification;

import dev.sluice.v1.Decision;
import dev.sluice.v1.TenantLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * I1: counts each tenant's leases as sets, in the order of the gate's log, and compares them with
 * the cap at that point, from the tenant's own record or its plan.
 */
final class CapCheck {
  /** Of a plan that is set, and does not say it. */
  private static final int DEFAULT_CAP = 2;

  private record Spot(int partition, long offset) {}

  private final Map<String, Integer> planCaps;
  private final Map<Spot, History.Limits> limits = new HashMap<>();
  private final Plans plans;
  private final Map<String, TenantLimits> own = new HashMap<>();
  private final Map<String, Set<RunName>> leases = new HashMap<>();
  private final Map<String, Set<RunName>> queued = new HashMap<>();
  private final Set<RunName> withinCap = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();

  CapCheck(History history, Map<String, Integer> planCaps) {
    this.planCaps = planCaps;
    plans = new Plans(history);
    history
        .limits()
        .forEach(one -> limits.put(new Spot(one.at().partition(), one.at().offset()), one));
  }

  List<Violation> check(List<History.Decided> decisions) {
    for (int i = 0; i < decisions.size(); i++) {
      take(decisions.get(i).decision(), decisions.get(i).at(), i);
    }
    return violations;
  }

  private void take(Decision decision, Place at, int index) {
    switch (decision.getKind()) {
      case TENANT -> limits(decision);
      case DISPATCH -> dispatch(decision, at, index);
      case ACCEPT -> accept(decision, at, index);
      case RETURN, RELEASE, WAIT, QUEUE -> leases(decision.getTenant()).remove(run(decision));
      case COMPLETE -> {
        leases(decision.getTenant()).remove(run(decision));
        queued(decision.getTenant()).remove(run(decision));
      }
      case STARTED, DUPLICATE, REJECT, REROUTE, UNREADABLE -> {}
      case CLAIM, FENCE, CANCEL, SIGNAL, REDRIVE, REFUSE, ALARM, LIVE -> {}
    }
  }

  private void limits(Decision decision) {
    if (Plans.isOfSetting(decision)) {
      return;
    }
    var record = limits.get(new Spot(decision.getCausePartition(), decision.getCauseOffset()));
    if (record == null || record.limits() == null) {
      own.remove(decision.getTenant());
    } else {
      own.put(decision.getTenant(), record.limits());
    }
  }

  private int cap(Decision decision, Place at, int index) {
    var limits = own.get(decision.getTenant());
    if (limits == null) {
      return planCap(null, at, index);
    }
    if (limits.getPaused()) {
      return 0;
    }
    return limits.getMaxInFlight() == null
        ? planCap(limits.getPlan(), at, index)
        : limits.getMaxInFlight();
  }

  /** An unknown plan counts as {@code free}. */
  private int planCap(@Nullable String named, Place at, int index) {
    var plan = plans.at(at.partition(), Objects.requireNonNullElse(named, Plans.FREE), index);
    if (!plan.isKnown()) {
      return Integer.MAX_VALUE;
    }
    if (plan.setting() != null && plan.setting().getMaxInFlight() != null) {
      return plan.setting().getMaxInFlight();
    }
    var cap = planCaps.get(plan.name());
    if (cap != null) {
      return cap;
    }
    if (plan.setting() != null) {
      return DEFAULT_CAP;
    }
    return plan.name().equals(Plans.FREE) ? Integer.MAX_VALUE : planCap(null, at, index);
  }

  /** A run is within its cap if all that came before it leaves room. */
  private void accept(Decision decision, Place at, int index) {
    var tenant = decision.getTenant();
    int cap = cap(decision, at, index);
    if (leases(tenant).size() + queued(tenant).size() < cap) {
      withinCap.add(run(decision));
    }
    queued(tenant).add(run(decision));
  }

  /** The runs that their tenant's cap had room for when they were accepted. */
  Set<RunName> withinCap() {
    return withinCap;
  }

  private Set<RunName> queued(String tenant) {
    return queued.computeIfAbsent(tenant, name -> new HashSet<>());
  }

  private void dispatch(Decision decision, Place at, int index) {
    queued(decision.getTenant()).remove(run(decision));
    var held = leases(decision.getTenant());
    if (!held.add(run(decision))) {
      violations.add(new Violation("I1", run(decision) + " dispatched while leased, at " + at));
    }
    int cap = cap(decision, at, index);
    if (held.size() > cap) {
      violations.add(
          new Violation(
              "I1",
              run(decision) + " is lease " + held.size() + " over cap " + cap + ", at " + at));
    }
  }

  private Set<RunName> leases(String tenant) {
    return leases.computeIfAbsent(tenant, name -> new HashSet<>());
  }

  private static RunName run(Decision decision) {
    return new RunName(decision.getTenant(), String.valueOf(decision.getRunId()));
  }
}
