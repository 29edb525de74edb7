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
 * I1: counts each tenant's leases as sets, in the order of the gate's log, against the cap that the
 * tenant's own record gave it at that point.
 */
final class CapCheck {
  private record Spot(int partition, long offset) {}

  private final Map<String, Integer> planCaps;
  private final Map<Spot, History.Limits> limits = new HashMap<>();
  private final Map<String, Integer> caps = new HashMap<>();
  private final Map<String, Set<RunName>> leases = new HashMap<>();
  private final Map<String, Set<RunName>> queued = new HashMap<>();
  private final Set<RunName> withinCap = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();

  CapCheck(History history, Map<String, Integer> planCaps) {
    this.planCaps = planCaps;
    history
        .limits()
        .forEach(one -> limits.put(new Spot(one.at().partition(), one.at().offset()), one));
  }

  List<Violation> check(List<History.Decided> decisions) {
    decisions.forEach(one -> take(one.decision(), one.at()));
    return violations;
  }

  private void take(Decision decision, Place at) {
    switch (decision.getKind()) {
      case TENANT -> changeCap(decision);
      case DISPATCH -> dispatch(decision, at);
      case ACCEPT -> accept(decision);
      case RETURN, RELEASE, WAIT, QUEUE -> leases(decision.getTenant()).remove(run(decision));
      case COMPLETE -> {
        leases(decision.getTenant()).remove(run(decision));
        queued(decision.getTenant()).remove(run(decision));
      }
      case STARTED, DUPLICATE, REJECT, REROUTE, UNREADABLE -> {}
      case CLAIM, FENCE, CANCEL, SIGNAL, REDRIVE, REFUSE, ALARM, LIVE -> {}
    }
  }

  private void changeCap(Decision decision) {
    var record = limits.get(new Spot(decision.getCausePartition(), decision.getCauseOffset()));
    caps.put(decision.getTenant(), cap(record == null ? null : record.limits()));
  }

  private int cap(@Nullable TenantLimits own) {
    if (own == null) {
      return planCap(null);
    }
    if (own.getPaused()) {
      return 0;
    }
    return own.getMaxInFlight() == null ? planCap(own.getPlan()) : own.getMaxInFlight();
  }

  private int planCap(@Nullable String plan) {
    return Objects.requireNonNullElse(
        planCaps.get(Objects.requireNonNullElse(plan, "free")), Integer.MAX_VALUE);
  }

  /** A run is within its cap if all that came before it leaves room. */
  private void accept(Decision decision) {
    var tenant = decision.getTenant();
    int cap = caps.getOrDefault(tenant, planCap(null));
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

  private void dispatch(Decision decision, Place at) {
    queued(decision.getTenant()).remove(run(decision));
    var held = leases(decision.getTenant());
    if (!held.add(run(decision))) {
      violations.add(new Violation("I1", run(decision) + " dispatched while leased, at " + at));
    }
    int cap = caps.getOrDefault(decision.getTenant(), planCap(null));
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
