package dev.sluice.topology.catalog.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.contract.Bounds;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.store.Changes;
import dev.sluice.topology.catalog.view.Kept;
import dev.sluice.topology.catalog.view.SettingView;
import dev.sluice.topology.catalog.view.ViewCodec;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.Setting;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Applies records of settings, and decisions on them, to a partition's view. */
final class SettingIntake {
  private static final int MAX_KEY_BYTES = 2 * Bounds.NAME_CHARS;

  private final CatalogParts parts;
  private final Deserializer<Setting> settings;

  SettingIntake(CatalogParts parts) {
    this.parts = parts;
    settings = parts.serdes().deserializer(Setting.class);
  }

  void set(Record<byte[], byte[]> record, RecordMetadata at, Changes changes) {
    byte[] key = record.key();
    if (key == null || key.length > MAX_KEY_BYTES) {
      return; // the gate makes it a dead letter
    }
    var of = SettingKey.parse(new String(key, StandardCharsets.UTF_8));
    put(
        of,
        view(of, changes).with(value(record.value(), at), at.offset(), record.timestamp()),
        changes);
  }

  private @Nullable JsonNode value(byte @Nullable [] value, RecordMetadata at) {
    if (value == null) {
      return null;
    }
    var read = settings.deserialize(at.topic(), value);
    if (read == null) {
      throw new SerdeException(SerdeException.Kind.MALFORMED, "the record is empty", null);
    }
    return SettingView.value(read);
  }

  void decided(Decision decision, String setting, Changes changes) {
    var of = SettingKey.parse(setting);
    var view = view(of, changes);
    long at = decision.getCauseOffset();
    if (decision.getReason().equals(dev.sluice.admission.settings.Setting.AGAIN)) {
      put(of, view.restored(at), changes);
    } else {
      boolean isRefused = decision.getKind() == DecisionKind.REFUSE;
      put(of, view.decided(at, isRefused ? Kept.reason(decision.getReason()) : null), changes);
    }
  }

  private static void put(SettingKey of, SettingView view, Changes changes) {
    var key = ViewCodec.key(of.text());
    if (view.isGone()) {
      changes.delete(CatalogStores.SETTINGS, key);
    } else {
      changes.put(CatalogStores.SETTINGS, key, ViewCodec.write(view));
    }
    changes.changed(of, view);
  }

  /** One that cannot be read back is begun anew. */
  private SettingView view(SettingKey of, Changes changes) {
    try {
      var stored = changes.get(CatalogStores.SETTINGS, ViewCodec.key(of.text()));
      var known = ViewCodec.read(stored, SettingView.class);
      return known == null ? SettingView.NONE : known;
    } catch (dev.sluice.topology.catalog.view.UnreadableView e) {
      parts.aside().entry(CatalogStores.SETTINGS, of.text(), e);
      return SettingView.NONE;
    }
  }
}
