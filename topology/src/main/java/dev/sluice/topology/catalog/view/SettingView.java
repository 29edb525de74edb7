package dev.sluice.topology.catalog.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.admission.settings.Brake;
import dev.sluice.contract.Bounds;
import dev.sluice.v1.PlanSetting;
import dev.sluice.v1.Setting;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A setting in one gate partition.
 *
 * @param value what its newest record says; null for a tombstone, and while there is none
 * @param offset of that record, −1 for none
 * @param atMs its append time
 * @param decided offset of the newest record that the gate has decided on, −1 for none
 * @param refused why the gate did not take the newest one that somebody else wrote; null if it did
 * @param refusedAt offset of that one; null where older views do not say
 */
public record SettingView(
    @Nullable JsonNode value,
    long offset,
    long atMs,
    long decided,
    @Nullable String refused,
    @Nullable Long refusedAt) {
  public SettingView {
    value = value == null || value.isNull() ? null : value; // JSON reads null as a node
  }

  private static final String PAUSED = "paused";
  private static final String MAX_STARTS = "max_starts_per_minute";

  public static final SettingView NONE = new SettingView(null, -1, 0, -1, null, null);

  /** Of older records the decisions need not be there any more. */
  private static final Duration DECIDED_WITHIN = Duration.ofHours(1);

  /** A record is read, once or again. */
  public SettingView with(@Nullable JsonNode next, long at, long appendMs) {
    return at < offset ? this : new SettingView(next, at, appendMs, decided, refused, refusedAt);
  }

  /** The gate has decided on a record. */
  public SettingView decided(long at, @Nullable String why) {
    return at < decided
        ? this
        : new SettingView(value, offset, atMs, at, why, why == null ? null : Long.valueOf(at));
  }

  /** The gate has appended what is in force again: what it refused is still to be told. */
  public SettingView restored(long at) {
    return at < decided ? this : new SettingView(value, offset, atMs, at, refused, refusedAt);
  }

  /** Whether nothing is left to be told: its tombstone is in force. */
  public boolean isGone() {
    return value == null && refused == null && offset >= 0 && decided >= offset;
  }

  /** Why the gate did not take the newest record, once it has decided on that. */
  public Optional<String> refusal() {
    return decided >= offset ? Optional.ofNullable(refused) : Optional.empty();
  }

  public boolean isInForce(long nowMs) {
    return value != null && isTaken(nowMs);
  }

  /**
   * Whether the gate goes by the newest record, be it a tombstone; to be asked when all decisions
   * have been read.
   */
  public boolean isTaken(long nowMs) {
    return !isRefused() && (decided >= offset || nowMs - atMs > DECIDED_WITHIN.toMillis());
  }

  /** Whether the gate is known to go by the newest record. */
  public boolean isTaken() {
    return !isRefused() && decided >= offset;
  }

  private boolean isRefused() {
    long at = refusedAt == null ? decided : refusedAt;
    return refused != null && at == offset;
  }

  /** How what it says holds back starts. */
  public Brake brake() {
    if (value == null) {
      return Brake.NONE;
    }
    var most = value.path(MAX_STARTS);
    boolean isBound = most.isInt() && most.asInt() >= 0 && most.asInt() <= Bounds.STARTS_PER_MINUTE;
    return new Brake(value.path(PAUSED).asBoolean(), isBound ? most.asInt() : null);
  }

  /** What a record says. */
  public static ObjectNode value(Setting setting) {
    var json = PublicJson.JSON.createObjectNode();
    var pool = setting.getPool();
    if (pool != null) {
      json.put("closed", pool.getClosed());
      brake(json, pool.getPaused(), pool.getMaxStartsPerMinute());
    }
    var agent = setting.getAgent();
    if (agent != null) {
      brake(json, agent.getPaused(), agent.getMaxStartsPerMinute());
    }
    if (setting.getPlan() != null) {
      plan(json, setting.getPlan());
    }
    if (setting.getNumber() != null) {
      json.put("number", setting.getNumber());
    }
    return json;
  }

  private static void brake(ObjectNode json, boolean paused, @Nullable Integer most) {
    json.put(PAUSED, paused).put(MAX_STARTS, most);
  }

  private static void plan(ObjectNode json, PlanSetting plan) {
    json.put("max_in_flight", plan.getMaxInFlight())
        .put("weight", plan.getWeight())
        .put("max_queued", plan.getMaxQueued())
        .put("max_live", plan.getMaxLive())
        .put("max_children", plan.getMaxChildren())
        .put("max_depth", plan.getMaxDepth())
        .put("max_descendants", plan.getMaxDescendants())
        .put("max_attempts", plan.getMaxAttempts())
        .put("max_steps", plan.getMaxSteps());
  }
}
