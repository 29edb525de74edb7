package dev.sluice.admission.pace;

import dev.sluice.admission.settings.SettingKey;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The paces of pools and agents with a brake; all others start freely. */
public final class Paces {
  private final Map<SettingKey.Kind, TreeMap<String, Pace>> kinds =
      new EnumMap<>(SettingKey.Kind.class);

  /** Keeps a pace; null for none. */
  public void put(SettingKey key, @Nullable Pace pace) {
    var paces = kinds.computeIfAbsent(key.kind(), kind -> new TreeMap<>());
    if (pace == null) {
      paces.remove(key.name());
    } else {
      paces.put(key.name(), pace);
    }
  }

  public @Nullable Pace get(SettingKey.Kind kind, String name) {
    var paces = kinds.get(kind);
    return paces == null ? null : paces.get(name);
  }

  /** How many there are of a kind. */
  public int count(SettingKey.Kind kind) {
    var paces = kinds.get(kind);
    return paces == null ? 0 : paces.size();
  }

  public Collection<Pace> all() {
    return kinds.values().stream().flatMap(paces -> paces.values().stream()).toList();
  }
}
