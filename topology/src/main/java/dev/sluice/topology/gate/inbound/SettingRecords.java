package dev.sluice.topology.gate.inbound;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEvent;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.settings.Brake;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.Plan;
import dev.sluice.admission.settings.PoolSetting;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.AgentSetting;
import dev.sluice.v1.PlanSetting;
import dev.sluice.v1.Setting;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Reads {@code settings}; each gate partition has a full copy. */
public final class SettingRecords {
  private static final String RESTORED = "sluice-restored";
  private static final int MAX_KEY_BYTES = 2 * Bounds.NAME_CHARS;

  private final InternalRecords internal;
  private final InternalRecords.Reader<Setting> settings;
  private final int partitions;

  /**
   * Reads with these serdes.
   *
   * @param partitions of the gate
   */
  public SettingRecords(SluiceSerdes serdes, InternalRecords internal, int partitions) {
    this.internal = internal;
    this.partitions = partitions;
    settings = InternalRecords.Reader.of(serdes, Setting.class);
  }

  /** Beyond the gate's partitions there are no runs, and nothing to decide by. */
  public Inbound setting(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers, Cause cause) {
    return cause.partition() >= partitions
        ? Inbound.nothing()
        : InternalRecords.read(() -> read(key(key), value, refusedAt(headers), cause));
  }

  /** The headers of what the gate appends again because of the refused record at an offset. */
  public static Headers restored(long refusedAt) {
    byte[] offset = ByteBuffer.allocate(Long.BYTES).putLong(refusedAt).array();
    return new RecordHeaders().add(RESTORED, offset);
  }

  /** Null for a record of anybody else's; who forges one can set no more by it than without. */
  private static @Nullable Long refusedAt(Headers headers) {
    var header = headers.lastHeader(RESTORED);
    return header == null || header.value() == null || header.value().length != Long.BYTES
        ? null
        : Long.valueOf(ByteBuffer.wrap(header.value()).getLong());
  }

  private static SettingKey key(byte @Nullable [] key) {
    if (key == null || key.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a setting's key must be kind/name, got " + (key == null ? 0 : key.length) + " bytes");
    }
    return SettingKey.parse(new String(key, StandardCharsets.UTF_8));
  }

  private Inbound read(
      SettingKey key, byte @Nullable [] value, @Nullable Long refusedAt, Cause cause) {
    try {
      var record = internal.value(settings, cause.topic(), value);
      var setting = record == null ? null : of(key, record);
      return Inbound.of(
          refusedAt == null
              ? new GateEvent.SettingSet(key, setting)
              : new GateEvent.SettingRestored(key, setting, refusedAt));
    } catch (SerdeException e) {
      if (e.kind() == SerdeException.Kind.REGISTRY_DOWN) {
        throw e;
      }
      return refused(key, e.kind() + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return refused(key, String.valueOf(e.getMessage()));
    }
  }

  /** A record that our own code failed to read; null if its key names no setting. */
  public static @Nullable Inbound failed(byte @Nullable [] key, Throwable failure) {
    try {
      var setting = key(key);
      var event = GateEvent.Unreadable.because(failure);
      return Inbound.of(new GateEvent.SettingRefused(setting, event.reason(), event.trace()));
    } catch (IllegalArgumentException noSetting) {
      return null;
    }
  }

  private static Inbound refused(SettingKey key, String reason) {
    return Inbound.of(new GateEvent.SettingRefused(key, Texts.atMost(Bounds.REASON_CHARS, reason)));
  }

  /** The record that says this; a plan with all of its values. */
  public static Setting record(dev.sluice.admission.settings.Setting setting) {
    var key = setting.key().text();
    int slash = key.indexOf('/');
    var pool = setting.pool();
    var plan = setting.plan();
    var agent = setting.agent();
    return new Setting(
        key.substring(0, slash),
        key.substring(slash + 1),
        pool == null
            ? null
            : new dev.sluice.v1.PoolSetting(
                pool.closed(), pool.brake().paused(), pool.brake().maxStartsPerMinute()),
        plan == null ? null : record(plan),
        agent == null ? null : new AgentSetting(agent.paused(), agent.maxStartsPerMinute()),
        setting.number());
  }

  private static PlanSetting record(Plan plan) {
    return PlanSetting.newBuilder()
        .setMaxInFlight(plan.maxInFlight())
        .setWeight(plan.weight())
        .setMaxQueued(plan.maxQueued())
        .setMaxLive(plan.maxLive())
        .setMaxAttempts(plan.maxAttempts())
        .setMaxSteps(plan.maxSteps())
        .setMaxChildren(plan.bounds().children())
        .setMaxDepth(plan.bounds().depth())
        .setMaxDescendants(plan.bounds().descendants())
        .build();
  }

  /**
   * What a record says.
   *
   * @throws IllegalArgumentException if it is another's, or says what cannot be
   */
  static dev.sluice.admission.settings.Setting of(SettingKey key, Setting record) {
    var named = record.getKind() + "/" + record.getName();
    if (!named.equals(key.text())) {
      throw new IllegalArgumentException(
          "a setting must be that of its key %s, got %s"
              .formatted(key.text(), Texts.quoted(named)));
    }
    var pool = record.getPool();
    var plan = record.getPlan();
    var agent = record.getAgent();
    return new dev.sluice.admission.settings.Setting(
        key,
        pool == null ? null : pool(pool),
        plan == null ? null : plan(key.name(), plan),
        agent == null ? null : new Brake(agent.getPaused(), agent.getMaxStartsPerMinute()),
        record.getNumber());
  }

  private static PoolSetting pool(dev.sluice.v1.PoolSetting said) {
    var brake = new Brake(said.getPaused(), said.getMaxStartsPerMinute());
    return new PoolSetting(said.getClosed(), brake);
  }

  /** Values left out have the compiled-in defaults, whatever this gate was started with. */
  private static Plan plan(String name, PlanSetting said) {
    var base = GateSettings.defaults().plans().getOrDefault(name, Plan.ofCap(2));
    var bounds = base.bounds();
    return new Plan(
        Objects.requireNonNullElse(said.getMaxInFlight(), base.maxInFlight()),
        Objects.requireNonNullElse(said.getWeight(), base.weight()),
        Objects.requireNonNullElse(said.getMaxQueued(), base.maxQueued()),
        Objects.requireNonNullElse(said.getMaxLive(), base.maxLive()),
        Objects.requireNonNullElse(said.getMaxAttempts(), base.maxAttempts()),
        Objects.requireNonNullElse(said.getMaxSteps(), base.maxSteps()),
        new TreeLimits.Bounds(
            Objects.requireNonNullElse(said.getMaxChildren(), bounds.children()),
            Objects.requireNonNullElse(said.getMaxDepth(), bounds.depth()),
            Objects.requireNonNullElse(said.getMaxDescendants(), bounds.descendants())));
  }
}
