package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.settings.TenantSettings;
import dev.sluice.admission.tenant.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What compaction leaves of the records of tenants, and what a gate makes of it that is new. */
final class CompactedTenants {
  /** Of what cannot be read. */
  private static final TenantSettings GARBAGE = TenantSettings.DEFAULT.withMaxInFlight(-1);

  private final List<SimulatedLog.Entry> entries;

  CompactedTenants(List<SimulatedLog.Entry> entries) {
    this.entries = entries;
  }

  static String name(GateEvent event) {
    return switch (event) {
      case GateEvent.TenantSet set -> set.tenant();
      case GateEvent.TenantRestored restored -> restored.tenant();
      case GateEvent.TenantResubmitted sent -> sent.tenant();
      case GateEvent.TenantRefused refused -> refused.tenant();
      default -> throw new IllegalStateException("no record of a tenant: " + event);
    };
  }

  static TenantSettings said(GateEvent event) {
    return switch (event) {
      case GateEvent.TenantSet set -> orDefault(set.settings());
      case GateEvent.TenantRestored restored -> orDefault(restored.settings());
      case GateEvent.TenantResubmitted sent -> orDefault(sent.settings());
      default -> GARBAGE;
    };
  }

  private static TenantSettings orDefault(@Nullable TenantSettings settings) {
    return Objects.requireNonNullElse(settings, TenantSettings.DEFAULT);
  }

  /** The newest record of each tenant, as a catalog shows it, says what holds. */
  void assertNewestHold(Map<String, Tenant> tenants) {
    var newest = new TreeMap<String, TenantSettings>();
    entries.forEach(entry -> newest.put(name(entry.event()), said(entry.event())));
    newest.values().removeIf(TenantSettings.DEFAULT::equals);
    assertThat(newest).as("what compaction keeps of tenants").isEqualTo(settings(tenants));
  }

  private static Map<String, TenantSettings> settings(Map<String, Tenant> tenants) {
    var settings = new TreeMap<String, TenantSettings>();
    tenants.forEach((name, tenant) -> settings.put(name, tenant.settings()));
    settings.values().removeIf(TenantSettings.DEFAULT::equals);
    return settings;
  }

  /** A gate without state that reads what is left ends with the same limits. */
  void assertRebuilt(Map<String, Tenant> tenants, SplittableRandom random) {
    var log = new MemoryLog();
    var gate = Gate.restore(SimulatedWorld.GATE, log, log, log, "rebuilt");
    var unread = left(entries, CompactedTenants::name, random);
    long end = entries.size();
    while (!unread.isEmpty()) {
      var entry = unread.removeFirst();
      for (var effect : MemoryLog.apply(gate, entry.event(), entry.cause())) {
        if (effect instanceof GateEffect.RestoreTenant restore) {
          unread.add(restored(restore, entry.cause(), end++));
        }
      }
    }
    assertThat(settings(log.tenants())).as("a gate that is new").isEqualTo(settings(tenants));
  }

  private static SimulatedLog.Entry restored(GateEffect.RestoreTenant said, Cause by, long offset) {
    var own = new Origin(by.appendMs(), by.partition(), by.offset());
    var origin = said.origin() == null ? own : said.origin();
    var event = new GateEvent.TenantRestored(said.tenant(), said.settings(), origin, by.offset());
    return new SimulatedLog.Entry(event, new Cause(by.topic(), 0, offset, by.appendMs()));
  }

  /** Compaction takes away the older records of a key, as far as it has come. */
  static <K> List<SimulatedLog.Entry> left(
      List<SimulatedLog.Entry> entries, Function<GateEvent, K> key, SplittableRandom random) {
    var from = new HashMap<K, Long>();
    for (var entry : entries) {
      if (random.nextInt(3) > 0) {
        from.put(key.apply(entry.event()), entry.cause().offset());
      }
    }
    var newest = new HashMap<K, Long>();
    entries.forEach(entry -> newest.put(key.apply(entry.event()), entry.cause().offset()));
    if (random.nextBoolean()) { // it has come to the end
      from.putAll(newest);
    }
    var left = new ArrayList<SimulatedLog.Entry>();
    for (var entry : entries) {
      if (entry.cause().offset() >= from.getOrDefault(key.apply(entry.event()), 0L)) {
        left.add(entry);
      }
    }
    return left;
  }
}
