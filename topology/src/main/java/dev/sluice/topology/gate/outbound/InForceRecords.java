package dev.sluice.topology.gate.outbound;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.ResubmittedLimits;
import dev.sluice.topology.gate.inbound.SettingRecords;
import dev.sluice.topology.gate.inbound.Specs;
import dev.sluice.topology.gate.parking.FirstAppend;
import dev.sluice.v1.Setting;
import dev.sluice.v1.TenantLimits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Appends limits and settings again that are in force, behind a record that changed nothing. */
final class InForceRecords {
  private final String tenantsTopic;
  private final String settingsTopic;
  private final Serializer<TenantLimits> tenants;
  private final Serializer<Setting> settings;

  InForceRecords(SluiceSerdes serdes, String prefix) {
    tenantsTopic = prefix + Topics.TENANTS;
    settingsTopic = prefix + Topics.SETTINGS;
    tenants = serdes.serializer(TenantLimits.class);
    settings = serdes.serializer(Setting.class);
  }

  void append(GateEffect.RestoreTenant restore, EffectWriter.Source source, EffectWriter.Out out) {
    var limits = restore.settings();
    byte[] value =
        limits == null
            ? null
            : tenants.serialize(tenantsTopic, Specs.limits(restore.tenant(), limits));
    var headers = FirstAppend.restored(restore.origin(), source.cause());
    append(tenantsTopic, restore.tenant(), value, headers, source, out);
  }

  /** Each partition has its own copy of every setting, and refuses and restores that alone. */
  void append(GateEffect.RestoreSetting restore, EffectWriter.Source source, EffectWriter.Out out) {
    var setting = restore.setting();
    byte[] value =
        setting == null ? null : settings.serialize(settingsTopic, SettingRecords.record(setting));
    var headers = SettingRecords.restored(source.cause().offset());
    append(settingsTopic, restore.key().text(), value, headers, source, out);
  }

  /**
   * A record that says what is in force, byte for byte and without a condition, can stand: if the
   * gate fails on it, it would fail on each that it appends behind it, for ever.
   */
  private static void append(
      String topic,
      String key,
      byte @Nullable [] value,
      Headers headers,
      EffectWriter.Source source,
      EffectWriter.Out out) {
    boolean isThere =
        value != null
            && Arrays.equals(value, source.value())
            && source.headers().lastHeader(ResubmittedLimits.HEADER) == null;
    if (!isThere) {
      byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
      out.send(new Outgoing(topic, source.cause().partition(), bytes, value), headers);
    }
  }
}
