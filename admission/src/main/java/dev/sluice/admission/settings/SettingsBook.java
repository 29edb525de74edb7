package dev.sluice.admission.settings;

import dev.sluice.contract.GateValue;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings in force: those in the log, and for everything else the gate's own. If the log has a
 * setting for a pool or plan, the gate's own values for it are ignored.
 */
public final class SettingsBook {
  private final GateSettings own;
  private final TreeMap<SettingKey, Setting> said = new TreeMap<>();
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

  public void put(Setting setting) {
    said.put(setting.key(), setting);
    inForce = merged();
  }

  public void remove(SettingKey key) {
    said.remove(key);
    inForce = merged();
  }

  /** What the log says; null for nothing. */
  public @Nullable Setting get(SettingKey key) {
    return said.get(key);
  }

  /** How the log says that starts are held back. */
  public Brake brake(SettingKey key) {
    var setting = said.get(key);
    return setting == null ? Brake.NONE : setting.brake();
  }

  /** Says why there is no room for a setting; null if there is. */
  public @Nullable String problem(SettingKey key) {
    int most = key.kind().most();
    long others = said.keySet().stream().filter(one -> one.kind() == key.kind()).count();
    return said.containsKey(key) || others < most
        ? null
        : "settings of one kind: at most " + most + ", no room for " + key.text();
  }

  /** What the log says. */
  public Collection<Setting> said() {
    return List.copyOf(said.values());
  }

  public GateSettings inForce() {
    return inForce;
  }

  private GateSettings merged() {
    var pools = new TreeSet<>(own.pools());
    var plans = new TreeMap<>(own.plans());
    var values = new EnumMap<GateValue, Long>(GateValue.class);
    for (var setting : said.values()) {
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
