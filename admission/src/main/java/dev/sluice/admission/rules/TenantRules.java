package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.settings.Limits;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tenant.Tenant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes in records of tenants: of two limits those hold that were first appended later. The newest
 * record of a tenant is what compaction keeps, so it is always one that holds: behind what is
 * refused the limits in force are appended again.
 */
public final class TenantRules {
  private TenantRules() {}

  public static void set(Turn turn, GateEvent.TenantSet event) {
    var settings = orDefault(event.settings());
    var problem = problem(turn, event, settings);
    if (problem == null) {
      take(turn, new Tenant(event.tenant(), settings, event.origin(), turn.cause().offset()));
    } else {
      refuse(turn, event.tenant(), settings, problem);
    }
  }

  private static @Nullable String problem(
      Turn turn, GateEvent.TenantSet event, TenantSettings settings) {
    return turn.state().tenants().isNewer(event.tenant(), event.origin(), turn.nowMs())
        ? Limits.problem(settings)
        : "older than the limits in force";
  }

  public static void refused(Turn turn, GateEvent.TenantRefused event) {
    turn.add(new GateEffect.DeadLetterRecord(event.reason(), ""));
    restore(turn, event.tenant());
    turn.decide(DecisionKind.REFUSE, event.tenant(), event.reason());
  }

  /**
   * What this gate appended again counts as of the record because of which it did. Limits that were
   * read between the two are newer and are appended in their turn. If none were, it says what is in
   * force; only a gate that has not read all that was before learns something from it.
   */
  public static void restored(Turn turn, GateEvent.TenantRestored event) {
    var tenant = event.tenant();
    var settings = orDefault(event.settings());
    var inForce = turn.state().tenants().inForce(tenant);
    if (settings.equals(inForce(turn, tenant))) {
      stands(turn, inForce);
    } else if (inForce != null && inForce.isSetBehind(event.refusedAt())) {
      restore(turn, tenant);
    } else if (Limits.problem(settings) != null) {
      refuse(turn, tenant, settings, Objects.requireNonNull(Limits.problem(settings)));
    } else {
      take(turn, new Tenant(tenant, settings, event.origin(), turn.cause().offset()));
    }
  }

  private static void take(Turn turn, Tenant tenant) {
    turn.state().put(tenant);
    turn.decide(DecisionKind.TENANT, tenant.name(), changed(turn, tenant.settings()));
  }

  private static String changed(Turn turn, TenantSettings settings) {
    var plan = settings.plan();
    return plan == null || turn.settings().plans().containsKey(plan)
        ? "limits changed"
        : "limits changed; as on plan free until there is a plan " + plan;
  }

  /** What says the same as what is in force can stand; so nothing is appended for ever. */
  private static void refuse(Turn turn, String tenant, TenantSettings settings, String reason) {
    if (settings.equals(inForce(turn, tenant))) {
      stands(turn, turn.state().tenants().inForce(tenant));
    } else {
      restore(turn, tenant);
    }
    turn.decide(DecisionKind.REFUSE, tenant, reason);
  }

  /** The record just read is the tenant's newest, and says what is in force. */
  private static void stands(Turn turn, @Nullable Tenant inForce) {
    if (inForce != null) {
      turn.state().put(inForce.at(turn.cause().offset()));
    }
  }

  /** Of a compacted topic the newest record stays, refused or not. */
  private static void restore(Turn turn, String name) {
    var inForce = turn.state().tenants().inForce(name);
    if (inForce == null) {
      turn.add(new GateEffect.RestoreTenant(name, null, null));
    } else if (Limits.problem(inForce.settings()) == null) { // else it would be refused, too
      boolean saysNothing = inForce.settings().equals(TenantSettings.DEFAULT);
      var settings = saysNothing ? null : inForce.settings();
      turn.add(new GateEffect.RestoreTenant(name, settings, inForce.origin()));
    }
  }

  private static TenantSettings inForce(Turn turn, String tenant) {
    var inForce = turn.state().tenants().inForce(tenant);
    return inForce == null ? TenantSettings.DEFAULT : inForce.settings();
  }

  private static TenantSettings orDefault(@Nullable TenantSettings settings) {
    return settings == null ? TenantSettings.DEFAULT : settings;
  }
}
