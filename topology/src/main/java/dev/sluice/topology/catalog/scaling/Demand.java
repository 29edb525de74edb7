package dev.sluice.topology.catalog.scaling;

import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.Changes;
import dev.sluice.topology.catalog.store.RunIndex;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.view.TenantView;
import dev.sluice.topology.catalog.view.UnreadableView;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * How many runs of each pool are queued and in flight, and which code those need that have not
 * ended. They are counted from the views when a partition's task starts, and updated with each view
 * from then on, so they always equal a fresh count.
 */
public final class Demand {
  /** The runs of one tenant and agent in one pool. */
  public record Runs(String tenant, String agent, int queued, int inFlight) {
    private boolean isNone() {
      return queued == 0 && inFlight == 0;
    }
  }

  private record Whose(String tenant, String agent) {}

  /**
   * Which code runs need that have not ended.
   *
   * @param versions that their journals have records of; none for runs that have not written any
   */
  public record Code(String pool, String agent, List<String> versions) {}

  /** Counts of one partition: by pool, then by tenant and agent. */
  private static final class Counts {
    private final Map<String, Map<Whose, Runs>> pools = new ConcurrentHashMap<>();
    private final Map<Code, Integer> codes = new ConcurrentHashMap<>();

    void add(RunView view, int by) {
      var pool = view.pool();
      if (pool != null && view.isLive()) {
        codes.merge(
            new Code(pool, view.agent(), view.versions()),
            by,
            (before, more) -> before + more == 0 ? null : before + more);
      }
      int queued = view.isQueued() ? by : 0;
      int inFlight = view.isInFlight() ? by : 0;
      if (pool != null && (queued != 0 || inFlight != 0)) {
        pools
            .computeIfAbsent(pool, key -> new ConcurrentHashMap<>())
            .compute(
                new Whose(view.tenant(), view.agent()),
                (whose, runs) -> sum(whose, runs, queued, inFlight));
        pools.computeIfPresent(pool, (key, counted) -> counted.isEmpty() ? null : counted);
      }
    }

    private static @Nullable Runs sum(Whose whose, @Nullable Runs runs, int queued, int inFlight) {
      var before = runs == null ? new Runs(whose.tenant(), whose.agent(), 0, 0) : runs;
      var now =
          new Runs(
              whose.tenant(),
              whose.agent(),
              before.queued() + queued,
              before.inFlight() + inFlight);
      return now.isNone() ? null : now;
    }

    Stream<Runs> of(String pool) {
      return pools.getOrDefault(pool, Map.of()).values().stream();
    }
  }

  private final Brakes brakes;
  private final Map<Integer, Counts> partitions = new ConcurrentHashMap<>();

  /**
   * Counts nothing yet.
   *
   * @param brakes hold back some of what is queued
   */
  public Demand(Brakes brakes) {
    this.brakes = brakes;
  }

  /** Counts the runs of a partition's views. */
  public void count(int partition, Function<String, KeyValueStore<Bytes, byte[]>> stores) {
    var counts = new Counts();
    try (var tenants = stores.apply(CatalogStores.TENANTS).all()) {
      while (tenants.hasNext()) {
        var tenant = ViewCodec.parts(tenants.next().key)[0];
        RunView.STATUSES_LIVE.forEach(status -> count(tenant, status, stores, counts));
      }
    }
    partitions.put(partition, counts);
  }

  private static void count(
      String tenant,
      String status,
      Function<String, KeyValueStore<Bytes, byte[]>> stores,
      Counts counts) {
    var from = ViewCodec.key(RunIndex.STATUS, tenant, status, "");
    var to = ViewCodec.after(RunIndex.STATUS, tenant, status);
    try (var rows = stores.apply(CatalogStores.INDEX).range(from, to)) {
      while (rows.hasNext()) {
        var parts = ViewCodec.parts(rows.next().key);
        var view = view(tenant, parts[parts.length - 1], stores);
        if (view != null && view.status().equals(status)) { // the index is a hint
          counts.add(view, 1);
        }
      }
    }
  }

  private static @Nullable RunView view(
      String tenant, String run, Function<String, KeyValueStore<Bytes, byte[]>> stores) {
    try {
      var row = stores.apply(CatalogStores.RUNS).get(ViewCodec.key(tenant, run));
      return ViewCodec.read(row, RunView.class);
    } catch (UnreadableView e) {
      return null; // whoever asks for the run is told
    }
  }

  /** Takes in what a record has changed. */
  public void change(int partition, List<Changes.OfRun> changes) {
    if (!changes.isEmpty()) {
      var counts = partitions.computeIfAbsent(partition, key -> new Counts());
      for (var change : changes) {
        counts.add(change.before(), -1);
        counts.add(change.after(), 1);
      }
    }
  }

  /** Pools that have runs queued or in flight. */
  public Set<String> pools() {
    return partitions.values().stream()
        .flatMap(counts -> counts.pools.keySet().stream())
        .collect(Collectors.toSet());
  }

  /**
   * What a pool wants.
   *
   * @param tenants what the gate said last of a tenant
   */
  public Wanted wanted(String pool, Function<String, @Nullable TenantView> tenants) {
    return Wanted.of(of(pool), tenants, brakes.allowed(pool));
  }

  /** How many runs that have not ended need which code, up to {@code most} kinds. */
  public Map<Code, Integer> codes(int most) {
    var all = new HashMap<Code, Integer>();
    for (var counts : partitions.values()) {
      for (var one : counts.codes.entrySet()) {
        if (all.size() < most || all.containsKey(one.getKey())) {
          all.merge(one.getKey(), one.getValue(), Integer::sum);
        }
      }
    }
    return all;
  }

  /** The runs of a pool, by tenant and agent. */
  public Collection<Runs> of(String pool) {
    return partitions.values().stream().flatMap(counts -> counts.of(pool)).toList();
  }
}
