package dev.sluice.topology.catalog.store;

import dev.sluice.admission.settings.SettingKey;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.view.SettingView;
import dev.sluice.topology.catalog.view.ViewCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The changes that one record makes in the stores: all of them, or none. */
public final class Changes {
  private record Place(String store, Bytes key) {}

  /** How a run was before a record and is behind it. */
  public record OfRun(RunView before, RunView after) {}

  /** A setting behind a record. */
  public record OfSetting(SettingKey key, SettingView view) {}

  private record Root(String tenant, String run) {}

  private final Function<String, KeyValueStore<Bytes, byte[]>> stores;
  private final Map<Place, byte @Nullable []> values = new LinkedHashMap<>();
  private final Set<Root> touched = new HashSet<>();
  private final List<OfRun> runs = new ArrayList<>();
  private final List<OfSetting> settings = new ArrayList<>();

  public Changes(Function<String, KeyValueStore<Bytes, byte[]>> stores) {
    this.stores = stores;
  }

  /** The value as it is after the changes so far. */
  public byte @Nullable [] get(String store, Bytes key) {
    var place = new Place(store, key);
    return values.containsKey(place) ? values.get(place) : stores.apply(store).get(key);
  }

  public void put(String store, Bytes key, byte[] value) {
    values.put(new Place(store, key), ViewCodec.checked(value));
  }

  public void delete(String store, Bytes key) {
    values.put(new Place(store, key), null);
  }

  /** Says that one of the tree's runs is changed. */
  public void touch(String tenant, String root) {
    touched.add(new Root(tenant, root));
  }

  /** Says how a run was and is. */
  public void changed(RunView before, RunView after) {
    runs.add(new OfRun(before, after));
  }

  /** The runs that are changed. */
  public List<OfRun> ofRuns() {
    return List.copyOf(runs);
  }

  /** Says how a setting is. */
  public void changed(SettingKey key, SettingView view) {
    settings.add(new OfSetting(key, view));
  }

  /** The settings that are changed. */
  public List<OfSetting> ofSettings() {
    return List.copyOf(settings);
  }

  public boolean touches(String tenant, String root) {
    return !touched.isEmpty() && touched.contains(new Root(tenant, root));
  }

  public void apply() {
    values.forEach((place, value) -> stores.apply(place.store()).put(place.key(), value));
  }
}
