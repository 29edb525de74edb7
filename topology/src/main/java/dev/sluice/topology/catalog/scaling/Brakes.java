package dev.sluice.topology.catalog.scaling;

import dev.sluice.admission.pace.Pace;
import dev.sluice.admission.pace.Share;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.schemas.topic.TenantPartitions;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.Changes;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.view.SettingView;
import dev.sluice.topology.catalog.view.UnreadableView;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Which starts the gate holds back, reckoned as it does from what is set and from the starts that
 * it decided on. It goes by append time where the gate goes by lease time, and knows no starts of
 * before it began: what it says of a bound is right but for seconds.
 */
public final class Brakes {
  /** The paces of one gate partition, by name. */
  private record Paces(Map<String, Pace> pools, Map<String, Pace> agents) {
    Paces() {
      this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    @Nullable Map<String, Pace> of(SettingKey.Kind kind) {
      return switch (kind) {
        case POOL -> pools;
        case AGENT -> agents;
        case PLAN, VALUE -> null;
      };
    }
  }

  private final Map<Integer, Paces> all = new ConcurrentHashMap<>();
  private final int partitions;

  /**
   * Knows of no brake.
   *
   * @param partitions of the gate
   */
  public Brakes(int partitions) {
    this.partitions = partitions;
  }

  /** Starts with the settings of a partition. */
  public void begin(int partition, Function<String, KeyValueStore<Bytes, byte[]>> stores) {
    all.put(partition, new Paces());
    look(partition, stores, System.currentTimeMillis());
  }

  /** Takes in settings so old that no decision on them need be there any more. */
  public void look(
      int partition, Function<String, KeyValueStore<Bytes, byte[]>> stores, long nowMs) {
    try (var rows = stores.apply(CatalogStores.SETTINGS).all()) {
      rows.forEachRemaining(row -> look(partition, row, nowMs));
    }
  }

  private void look(int partition, KeyValue<Bytes, byte[]> row, long nowMs) {
    try {
      var view = ViewCodec.read(row.value, SettingView.class);
      if (view != null && view.isTaken(nowMs)) {
        set(partition, SettingKey.parse(ViewCodec.parts(row.key)[0]), view, view.atMs());
      }
    } catch (UnreadableView e) {
      return; // whoever asks for the setting is told
    }
  }

  /** Takes in what a record, appended at {@code atMs}, has changed. */
  public void change(int partition, Changes changes, long atMs) {
    for (var one : changes.ofSettings()) {
      if (one.view().isTaken()) {
        set(partition, one.key(), one.view(), atMs);
      }
    }
    for (var one : changes.ofRuns()) {
      if (one.after().isStartedSince(one.before())) {
        started(partition, one.after(), atMs);
      }
    }
  }

  private void set(int partition, SettingKey key, SettingView view, long atMs) {
    var paces = paces(partition).of(key.kind());
    if (paces != null) {
      var next = Pace.under(view.brake(), key, paces.get(key.name()), share(partition), atMs);
      put(paces, key.name(), next, atMs);
    }
  }

  private static void put(Map<String, Pace> paces, String name, @Nullable Pace next, long atMs) {
    if (next == null || next.isOver(atMs)) {
      paces.remove(name);
    } else {
      paces.put(name, next);
    }
  }

  private void started(int partition, RunView run, long atMs) {
    var paces = paces(partition);
    started(paces.pools(), Objects.requireNonNullElse(run.pool(), ""), partition, atMs);
    started(paces.agents(), run.agent(), partition, atMs);
  }

  private void started(Map<String, Pace> paces, String name, int partition, long atMs) {
    var pace = paces.get(name);
    if (pace != null) {
      var next = pace.started(share(partition), atMs);
      long level = Math.max(0, next.level()); // the gate found a whole start there
      put(
          paces,
          name,
          new Pace(next.key(), next.brake(), next.from(), next.sinceMs(), level, next.atMs()),
          atMs);
    }
  }

  private Paces paces(int partition) {
    return all.computeIfAbsent(partition, key -> new Paces());
  }

  private Share share(int partition) {
    return new Share(partition, partitions);
  }

  /** The settings that keep a queued run from being started now. */
  public List<SettingKey> holding(RunView run) {
    return holding(run, System.currentTimeMillis());
  }

  /** Those that do so at a time. */
  public List<SettingKey> holding(RunView run, long nowMs) {
    int partition = TenantPartitions.of(run.tenant(), partitions);
    var paces = paces(partition);
    var pool = paces.pools().get(Objects.requireNonNullElse(run.pool(), ""));
    var agent = paces.agents().get(run.agent());
    var holding = new ArrayList<SettingKey>();
    if (pool != null && !pool.mayStart(share(partition), nowMs)) {
      holding.add(pool.key());
    }
    if (agent != null && !agent.mayStart(share(partition), nowMs)) {
      holding.add(agent.key());
    }
    return holding;
  }

  /** How many runs of a pool may start within a minute. */
  Allowed allowed(String pool) {
    return new Allowed(
        perMinute(SettingKey.Kind.POOL, pool), agent -> perMinute(SettingKey.Kind.AGENT, agent));
  }

  /** The most that all partitions together may start within a minute. */
  private long perMinute(SettingKey.Kind kind, String name) {
    long most = all.isEmpty() ? Allowed.ALL : 0;
    for (var paces : all.values()) {
      var ofKind = paces.of(kind);
      most = Math.max(most, perMinute(ofKind == null ? null : ofKind.get(name)));
    }
    return most;
  }

  private static long perMinute(@Nullable Pace pace) {
    if (pace == null) {
      return Allowed.ALL;
    }
    var most = pace.brake().maxStartsPerMinute();
    if (pace.brake().paused()) {
      return 0;
    }
    return most == null ? Allowed.ALL : most;
  }
}
