package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Limits;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tenant.Tenant;
import org.jspecify.annotations.Nullable;

/**
 * Takes in records of tenants: of two limits those hold that were first appended later. The newest
 * record of a tenant is what compaction keeps, so it is always one that holds: behind what is
 * refused, or holds only if others did before it, the limits in force are appended again.
 */
public final class TenantRules {
  private TenantRules() {}

  public static void set(Turn turn, GateEvent.TenantSet event) {
    var tenant =
        new Tenant(
            event.tenant(), orDefault(event.settings()), event.origin(), turn.cause().offset());
    var problem = problem(turn, event, tenant.settings());
    if (problem == null) {
      take(turn, tenant);
    } else {
      turn.decide(DecisionKind.REFUSE, tenant.name(), problem);
    }
    // What says the same as what is in force can stand, so that nothing is appended for ever. What
    // holds only if others did before cannot: a gate that is new does not know those.
    if (event.expected() == null && isInForce(turn, tenant.name(), tenant.settings())) {
      stands(turn, tenant.name());
    } else {
      restore(turn, tenant.name());
    }
  }

  private static @Nullable String problem(
      Turn turn, GateEvent.TenantSet event, TenantSettings settings) {
    if (!turn.state().tenants().isNewer(event.tenant(), event.origin(), turn.nowMs())) {
      return "older than the limits in force";
    }
    var problem = Limits.problem(settings);
    return problem == null && event.expected() != null
        ? unexpected(turn, event.tenant(), event.expected())
        : problem;
  }

  /** Why the limits in force are others than was expected; null if they are not. */
  private static @Nullable String unexpected(Turn turn, String name, long expected) {
    var inForce = turn.state().tenants().inForce(name);
    boolean expectsNone = expected == GateEvent.TenantSet.NONE;
    if (inForce == null || inForce.saysNothing()) {
      return expectsNone
          ? null
          : "the limits at %d were to be replaced, and there are none".formatted(expected);
    }
    if (expectsNone ? inForce.isUnknown() : inForce.isAt(expected)) {
      return null;
    }
    var asked = expectsNone ? "no limits" : "the limits at " + expected;
    var at = inForce.newestAt(); // an entry of an earlier gate does not say it
    return "%s were to be replaced, and %s are in force"
        .formatted(asked, at == null ? "others" : "those at " + at);
  }

  public static void refused(Turn turn, GateEvent.TenantRefused event) {
    turn.add(new GateEffect.DeadLetterRecord(event.reason(), event.trace()));
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
    boolean isNewer = inForce != null && inForce.isSaidBehind(event.refusedAt());
    if (isInForce(turn, tenant, settings)) {
      stands(turn, tenant);
      toldFirst(turn, event);
    } else if (isNewer) {
      restore(turn, tenant);
    } else if (Limits.problem(settings) != null) {
      restore(turn, tenant);
    } else {
      take(turn, new Tenant(tenant, settings, event.origin(), turn.cause().offset()));
    }
  }

  /** A gate that is new may have taken what was refused: it says the same, and seems newer. */
  private static void toldFirst(Turn turn, GateEvent.TenantRestored event) {
    var inForce = turn.state().tenants().inForce(event.tenant());
    var at = inForce == null ? null : inForce.at();
    if (inForce != null && at != null && at == event.refusedAt()) {
      turn.state().put(inForce.since(event.origin()));
    }
  }

  /**
   * Limits that were set aside hold if they would hold now had they been read then. Behind them
   * stands what is in force, as behind all that hold only under a condition.
   */
  public static void resubmitted(Turn turn, GateEvent.TenantResubmitted event) {
    var name = event.tenant();
    var settings = orDefault(event.settings());
    var problem = Limits.problem(settings);
    boolean isThere = problem == null && isInForce(turn, name, settings); // sent back twice
    if (problem == null && !isThere) {
      problem = changedSince(turn, name, event.lay());
    }
    if (isThere) {
      againAt(turn, event);
      turn.decide(DecisionKind.TENANT, name, "limits in force already");
    } else if (problem == null) {
      take(turn, new Tenant(name, settings, event.origin(), turn.cause().offset()));
    } else {
      turn.decide(DecisionKind.REFUSE, name, problem);
    }
    restore(turn, name);
  }

  /** A gate that is new takes the record: limits that were appended before it are older there. */
  private static void againAt(Turn turn, GateEvent.TenantResubmitted event) {
    var inForce = turn.state().tenants().inForce(event.tenant());
    if (inForce != null) {
      turn.state().put(inForce.againAt(turn.cause().offset(), event.origin()));
    }
  }

  /** Why limits in force may be newer than a record that lay there; null if they are not. */
  private static @Nullable String changedSince(Turn turn, String name, Origin lay) {
    var inForce = turn.state().tenants().inForce(name);
    if (inForce == null) {
      boolean isForgotten = lay.appendMs() < turn.nowMs() - GateSettings.IDLE_TENANT_KEPT_MS;
      return isForgotten
          ? "sent back after more than a day: limits may have been set and removed since"
          : null;
    }
    var at = inForce.at();
    if (at == null) {
      return "sent back: where the limits in force stand is not known";
    }
    return at > lay.offset() ? "sent back: the limits at %d were set since".formatted(at) : null;
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

  /** The record just read is the tenant's newest, and says what is in force. */
  private static void stands(Turn turn, String tenant) {
    var inForce = turn.state().tenants().inForce(tenant);
    if (inForce != null) {
      turn.state().put(inForce.againAt(turn.cause().offset()));
    }
  }

  /**
   * Of a compacted topic the newest record stays, refused or not. Where the tenant's entry cannot
   * be read nobody knows what is in force: its last sound record is on its way.
   */
  public static void restore(Turn turn, String name) {
    var inForce = turn.state().tenants().inForce(name);
    if (inForce == null) {
      turn.add(new GateEffect.RestoreTenant(name, null, null));
    } else if (inForce.isUnknown()) {
      turn.decide(DecisionKind.ALARM, name, "the limits in force are not known yet");
    } else if (Limits.problem(inForce.settings()) == null) { // else it would be refused, too
      var settings = inForce.saysNothing() ? null : inForce.settings();
      turn.add(new GateEffect.RestoreTenant(name, settings, inForce.origin()));
    }
  }

  /** What the gate failed on is set aside: the newest record has to say what is in force. */
  public static void setAside(Turn turn, GateEvent.TenantRestored event) {
    if (!isInForce(turn, event.tenant(), orDefault(event.settings()))) {
      restore(turn, event.tenant());
    }
  }

  /** Has the records of tenants read again whose entries could not be read. */
  public static void reread(Turn turn) {
    for (var name : turn.state().tenants().names()) {
      var inForce = turn.state().tenants().inForce(name);
      if (inForce != null && inForce.isUnknown()) {
        turn.add(new GateEffect.RereadTenant(name));
      }
    }
  }

  private static boolean isInForce(Turn turn, String tenant, TenantSettings settings) {
    var inForce = turn.state().tenants().inForce(tenant);
    return settings.equals(inForce == null ? TenantSettings.DEFAULT : inForce.settings());
  }

  private static TenantSettings orDefault(@Nullable TenantSettings settings) {
    return settings == null ? TenantSettings.DEFAULT : settings;
  }
}
