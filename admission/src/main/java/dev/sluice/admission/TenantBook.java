package dev.sluice.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Each tenant's limits, leases and numbers of queued and waiting runs. */
final class TenantBook {
  private static final class Page {
    private final Set<RunKey> leases = new TreeSet<>();
    private final Set<RunKey> queued = new TreeSet<>();
    private final Set<RunKey> waiting = new TreeSet<>();
    private final Set<RunKey> dead = new TreeSet<>();

    private boolean isEmpty() {
      return leases.isEmpty() && queued.isEmpty() && waiting.isEmpty() && dead.isEmpty();
    }

    private Set<RunKey> shelf(Run run) {
      return switch (run.phase()) {
        case Phase.Queued queuedPhase -> queued;
        case Phase.Dispatched dispatched -> leases;
        case Phase.Running running -> leases;
        case Phase.Lost lost -> leases;
        case Phase.Fencing fencing -> waiting;
        case Phase.Waiting waitingPhase -> waiting;
        case Phase.Dead deadPhase -> dead;
      };
    }
  }

  private final GateSettings gate;
  private final TreeMap<String, Page> pages = new TreeMap<>();
  private final TreeMap<String, Tenant> tenants = new TreeMap<>();
  private final Map<String, Limits> limits = new HashMap<>();
  private final Limits unknown;

  TenantBook(GateSettings gate) {
    this.gate = gate;
    this.unknown = Limits.of(TenantSettings.DEFAULT, gate);
  }

  void put(Tenant tenant) {
    tenants.put(tenant.name(), tenant);
    limits.put(tenant.name(), Limits.of(tenant.settings(), gate));
  }

  @Nullable Tenant get(String tenant) {
    return tenants.get(tenant);
  }

  /** Forgets a tenant's record: its plan is the default one. */
  void forget(String tenant) {
    tenants.remove(tenant);
    limits.remove(tenant);
  }

  /** Tells whether a record of {@code origin} is newer than the one in force. */
  boolean isNewer(String tenant, Origin origin) {
    var inForce = tenants.get(tenant);
    return inForce == null || inForce.origin().compareTo(origin) < 0;
  }

  Limits limits(String tenant) {
    return limits.getOrDefault(tenant, unknown);
  }

  void add(Run run) {
    pages.computeIfAbsent(run.key().tenant(), name -> new Page()).shelf(run).add(run.key());
  }

  void remove(Run run) {
    var page = pages.get(run.key().tenant());
    if (page != null) {
      page.shelf(run).remove(run.key());
      if (page.isEmpty()) {
        pages.remove(run.key().tenant());
      }
    }
  }

  int inFlight(String tenant) {
    var page = pages.get(tenant);
    return page == null ? 0 : page.leases.size();
  }

  int queued(String tenant) {
    var page = pages.get(tenant);
    return page == null ? 0 : page.queued.size();
  }

  boolean mayStart(String tenant) {
    var own = limits(tenant);
    return !own.paused() && inFlight(tenant) < own.cap();
  }

  double share(String tenant) {
    return inFlight(tenant) / limits(tenant).weight();
  }

  TenantLoad load(String tenant) {
    var own = limits(tenant);
    var page = pages.get(tenant);
    return new TenantLoad(
        own.cap(),
        page == null ? 0 : page.leases.size(),
        page == null ? 0 : page.queued.size(),
        page == null ? 0 : page.waiting.size(),
        own.paused(),
        own.weight());
  }

  /** Every tenant that has a record or a live run. */
  Set<String> names() {
    var names = new TreeSet<>(tenants.keySet());
    names.addAll(pages.keySet());
    return names;
  }
}
