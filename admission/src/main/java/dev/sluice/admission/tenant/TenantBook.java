package dev.sluice.admission.tenant;

import dev.sluice.admission.queue.AgedQueue;
import dev.sluice.admission.queue.QueueEntry;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.Limits;
import dev.sluice.admission.settings.SettingsBook;
import dev.sluice.admission.settings.TenantSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Each tenant's limits, leases and numbers of queued and waiting runs. */
public final class TenantBook {
  private static final int MAX_LOOKED_AT = 10_000;

  /** Append times may go back when a partition's leader moves, but by no more than this. */
  private static final long MOST_SKEW_MS = 3_600_000;

  private record Lease(long sinceMs, RunKey run) implements Comparable<Lease> {
    private static final Comparator<Lease> OLDEST_FIRST =
        Comparator.comparingLong(Lease::sinceMs).thenComparing(Lease::run);

    @Override
    public int compareTo(Lease other) {
      return OLDEST_FIRST.compare(this, other);
    }
  }

  private static final class Page {
    private final TreeSet<Lease> leases = new TreeSet<>();
    private final AgedQueue queued = new AgedQueue();
    private final Set<RunKey> waiting = new HashSet<>();
    private final Set<RunKey> dead = new HashSet<>();

    private boolean isEmpty() {
      return leases.isEmpty() && queued.size() == 0 && waiting.isEmpty() && dead.isEmpty();
    }

    private void add(Run run) {
      switch (run.phase()) {
        case Phase.Queued queuedPhase -> queued.add(QueueEntry.of(run));
        case Phase.Dispatched dispatched -> leases.add(lease(run));
        case Phase.Running running -> leases.add(lease(run));
        case Phase.Lost lost -> leases.add(lease(run));
        case Phase.Fencing fencing -> waiting.add(run.key());
        case Phase.Waiting waitingPhase -> waiting.add(run.key());
        case Phase.Dead deadPhase -> dead.add(run.key());
      }
    }

    private void remove(Run run) {
      switch (run.phase()) {
        case Phase.Queued queuedPhase -> queued.remove(QueueEntry.of(run));
        case Phase.Dispatched dispatched -> leases.remove(lease(run));
        case Phase.Running running -> leases.remove(lease(run));
        case Phase.Lost lost -> leases.remove(lease(run));
        case Phase.Fencing fencing -> waiting.remove(run.key());
        case Phase.Waiting waitingPhase -> waiting.remove(run.key());
        case Phase.Dead deadPhase -> dead.remove(run.key());
      }
    }

    private static Lease lease(Run run) {
      return new Lease(run.phase().sinceMs(), run.key());
    }

    private @Nullable Long oldestLeaseMs() {
      return leases.isEmpty() ? null : leases.first().sinceMs();
    }
  }

  private final SettingsBook settings;
  private final TreeMap<String, Page> pages = new TreeMap<>();
  private final TreeMap<String, Tenant> tenants = new TreeMap<>();
  private final Map<String, Limits> limits = new HashMap<>();

  /** Those whose record says no more than none would, by its age. */
  private final TreeSet<Tenant> idle =
      new TreeSet<>(Comparator.comparing(Tenant::origin).thenComparing(Tenant::name));

  private Limits unknown;
  private int dead;

  public TenantBook(SettingsBook settings) {
    this.settings = settings;
    this.unknown = limitsOf(TenantSettings.DEFAULT);
  }

  private Limits limitsOf(TenantSettings own) {
    return Limits.of(own, settings.inForce());
  }

  /** The settings are others than before: so are the limits of those who are on a plan. */
  public void applySettings() {
    unknown = limitsOf(TenantSettings.DEFAULT);
    limits.replaceAll((name, former) -> limitsOf(settingsOf(name)));
  }

  private TenantSettings settingsOf(String name) {
    var tenant = tenants.get(name);
    return tenant == null ? TenantSettings.DEFAULT : tenant.settings();
  }

  public void put(Tenant tenant) {
    var former = tenants.put(tenant.name(), tenant);
    limits.put(tenant.name(), limitsOf(tenant.settings()));
    if (former != null) {
      idle.remove(former);
    }
    if (tenant.settings().equals(TenantSettings.DEFAULT)) {
      idle.add(tenant);
    }
  }

  public @Nullable Tenant get(String tenant) {
    return tenants.get(tenant);
  }

  /** Forgets a tenant's record: its plan is the default one. */
  public void forget(String tenant) {
    var former = tenants.remove(tenant);
    limits.remove(tenant);
    if (former != null) {
      idle.remove(former);
    }
  }

  /**
   * Up to {@code most} tenants without settings of their own and without a run whose record is
   * older than {@code beforeMs}.
   */
  public List<Tenant> forgettable(long beforeMs, int most) {
    var found = new ArrayList<Tenant>();
    int looked = 0;
    for (var tenant : idle) {
      boolean enough = found.size() == most || looked++ == MAX_LOOKED_AT;
      if (tenant.origin().appendMs() >= beforeMs || enough) {
        break;
      }
      if (!pages.containsKey(tenant.name())) {
        found.add(tenant);
      }
    }
    return found;
  }

  /** Tells whether a record of {@code origin} is newer than the one in force. */
  public boolean isNewer(String tenant, Origin origin, long nowMs) {
    var inForce = tenants.get(tenant);
    return inForce == null
        || inForce.origin().compareTo(origin) < 0
        || inForce.origin().appendMs() > nowMs + MOST_SKEW_MS;
  }

  /** The tenant's record in force; null if it has none. */
  public @Nullable Tenant inForce(String tenant) {
    return tenants.get(tenant);
  }

  public Limits limits(String tenant) {
    return limits.getOrDefault(tenant, unknown);
  }

  public void add(Run run) {
    pages.computeIfAbsent(run.key().tenant(), name -> new Page()).add(run);
    dead += run.isDead() ? 1 : 0;
  }

  public void remove(Run run) {
    var page = pages.get(run.key().tenant());
    if (page != null) {
      page.remove(run);
      dead -= run.isDead() ? 1 : 0;
      if (page.isEmpty()) {
        pages.remove(run.key().tenant());
      }
    }
  }

  int inFlight(String tenant) {
    var page = pages.get(tenant);
    return page == null ? 0 : page.leases.size();
  }

  public int queued(String tenant) {
    var page = pages.get(tenant);
    return page == null ? 0 : page.queued.size();
  }

  /** Runs that are kept though they have ended. */
  public int dead() {
    return dead;
  }

  public boolean mayStart(String tenant) {
    var own = limits(tenant);
    return !own.paused() && inFlight(tenant) < own.cap();
  }

  public double share(String tenant) {
    return inFlight(tenant) / limits(tenant).weight();
  }

  public TenantLoad load(String tenant) {
    return load(limits(tenant), pages.get(tenant));
  }

  private static TenantLoad load(Limits own, @Nullable Page page) {
    if (page == null) {
      return new TenantLoad(own.cap(), 0, 0, 0, own.paused(), own.weight(), null, null, null);
    }
    int inFlight = page.leases.size();
    int queued = page.queued.size();
    int ready = TenantLoad.ready(queued, own.cap(), inFlight, own.paused());
    return new TenantLoad(
        own.cap(),
        inFlight,
        queued,
        page.waiting.size(),
        own.paused(),
        own.weight(),
        page.oldestLeaseMs(),
        page.queued.oldestBehind(ready),
        page.queued.oldestOfFirst(ready));
  }

  /**
   * The loads of up to {@code most} tenants that have a live run or a record, those with the most
   * runs first, and what the others have.
   */
  public TenantDepths depths(int most) {
    var ranking = new DepthRanking(most);
    pages.forEach((name, page) -> ranking.add(new TenantDepth(name, load(limits(name), page))));
    for (var name : tenants.keySet()) {
      if (ranking.isFull()) {
        break;
      }
      if (!pages.containsKey(name)) {
        ranking.add(new TenantDepth(name, load(name)));
      }
    }
    return ranking.result();
  }

  /** Every tenant that has a record or a live run. */
  public Set<String> names() {
    var names = new TreeSet<>(tenants.keySet());
    names.addAll(pages.keySet());
    return names;
  }
}
