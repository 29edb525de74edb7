package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.settings.PoolSetting;
import dev.sluice.admission.settings.Setting;
import dev.sluice.admission.settings.SettingKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What compaction leaves of settings, and what a gate makes of it that is new. */
final class CompactedSettings {
  private static final Setting GARBAGE = Setting.of("garbage", PoolSetting.OPEN);

  private final List<SimulatedLog.Entry> entries;

  CompactedSettings(List<SimulatedLog.Entry> entries) {
    this.entries = entries;
  }

  private static SettingKey key(GateEvent event) {
    return switch (event) {
      case GateEvent.SettingSet set -> set.key();
      case GateEvent.SettingRestored restored -> restored.key();
      case GateEvent.SettingRefused refused -> refused.key();
      default -> throw new IllegalStateException("no record of a setting: " + event);
    };
  }

  private static @Nullable Setting said(GateEvent event) {
    return switch (event) {
      case GateEvent.SettingSet set -> set.setting();
      case GateEvent.SettingRestored restored -> restored.setting();
      default -> GARBAGE;
    };
  }

  /** The newest record of each setting says what is in force. */
  void assertNewestHold(Map<SettingKey, Setting> inForce) {
    var newest = new TreeMap<SettingKey, @Nullable Setting>();
    entries.forEach(entry -> newest.put(key(entry.event()), said(entry.event())));
    newest.values().removeIf(Objects::isNull);
    assertThat(newest).as("what compaction keeps of settings").isEqualTo(inForce);
  }

  /** A gate without state that reads what is left ends with the same settings. */
  void assertRebuilt(Map<SettingKey, Setting> inForce, SplittableRandom random) {
    var log = new MemoryLog();
    var gate = Gate.restore(SimulatedWorld.GATE, log, log, log, "rebuilt");
    var unread = CompactedTenants.left(entries, CompactedSettings::key, random);
    long end = entries.size();
    while (!unread.isEmpty()) {
      var entry = unread.removeFirst();
      for (var effect : MemoryLog.apply(gate, entry.event(), entry.cause())) {
        if (effect instanceof GateEffect.RestoreSetting restore) {
          unread.add(restored(restore, entry.cause(), end++));
        }
      }
    }
    assertThat(log.settings()).as("settings of a gate that is new").isEqualTo(inForce);
  }

  private static SimulatedLog.Entry restored(
      GateEffect.RestoreSetting said, Cause by, long offset) {
    var event = new GateEvent.SettingRestored(said.key(), said.setting(), by.offset());
    return new SimulatedLog.Entry(event, new Cause(by.topic(), 0, offset, by.appendMs()));
  }
}
