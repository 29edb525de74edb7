package dev.sluice.admission.settings;

import dev.sluice.contract.GateValue;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings in force: those in the log, and for everything else the gate's own. If the log has a
 * setting for a pool or plan, the gate's own values for it are ignored.
 */
public final class SettingsBook {
  /**
   * Where a setting was removed is known of so many. It decides only about what a gate appends
   * again, between that and its reading it back.
   */
  public static final int MOST_REMOVED = 256;

  private static final Comparator<SettingEntry> OLDEST_FIRST =
      Comparator.comparing(entry -> Objects.requireNonNullElse(entry.at(), -1L));

  private final GateSettings own;
  private final TreeMap<SettingKey, SettingEntry> entries = new TreeMap<>();
  private GateSettings inForce;

  /**
   * Nothing was said yet.
   *
   * @param own what the gate was started with
   */
  public SettingsBook(GateSettings own) {
    this.own = own;
    inForce = own;
  }

  public void put(SettingEntry entry) {
    entries.put(entry.key(), entry);
    inForce = merged();
  }

  /** Forgets also where the log said it. */
  public void forget(SettingKey key) {
    entries.remove(key);
    inForce = merged();
  }

  /** What the log says, or that it took it back; null where nobody knows of a record. */
  public @Nullable SettingEntry entry(SettingKey key) {
    return entries.get(key);
  }

  /** What the log says; null for nothing. */
  public @Nullable Setting get(SettingKey key) {
    var entry = entries.get(key);
    return entry == null ? null : entry.setting();
  }

  /** How the log says that starts are held back. */
  public Brake brake(SettingKey key) {
    var setting = get(key);
    return setting == null ? Brake.NONE : setting.brake();
  }

  /** Says why there is no room for a setting; null if there is. */
  public @Nullable String problem(SettingKey key) {
    int most = key.kind().most();
    long others =
        entries.values().stream()
            .filter(one -> one.key().kind() == key.kind() && !one.isRemoval())
            .count();
    return get(key) != null || others < most
        ? null
        : "settings of one kind: at most " + most + ", no room for " + key.text();
  }

  /** The removed setting to forget first, if more than {@link #MOST_REMOVED} are known. */
  public Optional<SettingKey> forgettable() {
    var removed = entries.values().stream().filter(SettingEntry::isRemoval).toList();
    return removed.size() <= MOST_REMOVED
        ? Optional.empty()
        : removed.stream().min(OLDEST_FIRST).map(SettingEntry::key);
  }

  public GateSettings inForce() {
    return inForce;
  }

  private GateSettings merged() {
    var pools = new TreeSet<>(own.pools());
    var plans = new TreeMap<>(own.plans());
    var values = new EnumMap<GateValue, Long>(GateValue.class);
    for (var entry : entries.values()) {
      var setting = entry.setting();
      if (setting == null) {
        continue;
      }
      var pool = setting.pool();
      if (pool != null && pool.closed()) {
        pools.remove(setting.key().name());
      } else if (pool != null) {
        pools.add(setting.key().name());
      }
      if (setting.plan() != null) {
        plans.put(setting.key().name(), setting.plan());
      }
      if (setting.number() != null) {
        values.put(setting.key().value(), setting.number());
      }
    }
    return own.with(pools, plans, values);
  }
}
