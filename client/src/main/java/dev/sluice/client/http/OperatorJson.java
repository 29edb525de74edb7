package dev.sluice.client.http;

import dev.sluice.client.DeadLetter;
import dev.sluice.client.Decision;
import dev.sluice.client.JournalEntry;
import dev.sluice.client.SentCommand;
import dev.sluice.client.SentRedrives;
import dev.sluice.client.Tenant;
import dev.sluice.client.TenantLimits;
import dev.sluice.contract.json.JsonFields;
import org.jspecify.annotations.Nullable;

/** Commands, tenants, dead letters and journals as HTTP has them. */
final class OperatorJson {
  private OperatorJson() {}

  static SentCommand command(JsonFields fields) {
    return new SentCommand(
        fields.text("run_id"), fields.text("command_id"), fields.optionalInteger("redrive"));
  }

  static SentRedrives redrives(JsonFields fields) {
    var first =
        Fields.array(fields, "redrives").stream()
            .map(JsonFields::of)
            .map(
                one ->
                    new SentRedrives.One(
                        one.text("tenant"), one.text("run_id"), one.text("command_id")))
            .toList();
    return new SentRedrives(fields.integer("requested"), first);
  }

  static Decision decision(JsonFields fields) {
    return new Decision(
        fields.text("command_id"),
        fields.text("run_id"),
        fields.text("decision"),
        fields.text("reason", ""));
  }

  static TenantLimits.Sent sentLimits(JsonFields fields) {
    var decided = fields.any("decision") == null ? null : limitsDecision(fields);
    return new TenantLimits.Sent(fields.text("at"), decided);
  }

  static TenantLimits.Verdict limitsDecision(JsonFields fields) {
    return new TenantLimits.Verdict(
        fields.text("decision").equals("TENANT"), fields.text("reason"));
  }

  static byte[] of(TenantLimits limits) {
    return new JsonWriter()
        .text("plan", limits.plan())
        .plain("max_in_flight", limits.maxInFlight())
        .plain("weight", limits.weight())
        .plain("max_queued", limits.maxQueued())
        .plain("max_live", limits.maxLive())
        .plain("max_children", limits.maxChildren())
        .plain("max_depth", limits.maxDepth())
        .plain("max_descendants", limits.maxDescendants())
        .plain("max_attempts", limits.maxAttempts())
        .plain("max_steps", limits.maxSteps())
        .plain("paused", limits.paused())
        .bytes();
  }

  static Tenant tenant(JsonFields fields) {
    return new Tenant(
        fields.text("tenant"),
        limits(fields.object("limits")),
        fields.optionalLong("limits_at"),
        fields.optionalText("limits_refused"),
        fields.optionalInteger("cap"),
        fields.bool("paused", false),
        fields.integer("in_flight", 0),
        fields.integer("held", 0),
        fields.integer("ready", 0),
        fields.integer("waiting", 0),
        Fields.duration(fields, "oldest_in_flight"),
        Fields.duration(fields, "oldest_held"),
        Fields.duration(fields, "oldest_ready"),
        fields.bool("full", false));
  }

  private static TenantLimits limits(@Nullable JsonFields fields) {
    return fields == null
        ? TenantLimits.NONE
        : new TenantLimits(
            fields.optionalText("plan"),
            fields.optionalInteger("max_in_flight"),
            fields.optionalDouble("weight"),
            fields.optionalInteger("max_queued"),
            fields.optionalInteger("max_live"),
            fields.optionalInteger("max_children"),
            fields.optionalInteger("max_depth"),
            fields.optionalInteger("max_descendants"),
            fields.optionalInteger("max_attempts"),
            fields.optionalInteger("max_steps"),
            fields.any("paused") == null ? null : fields.bool("paused", false));
  }

  static DeadLetter letter(JsonFields fields) {
    return new DeadLetter(
        fields.text("kind"),
        fields.optionalText("reason"),
        fields.optionalText("tenant"),
        fields.optionalText("run_id"),
        fields.optionalText("agent"),
        fields.integer("attempts", 0),
        fields.optionalText("topic"),
        fields.integer("partition", -1),
        Fields.number(fields, "offset", -1),
        Fields.time(fields, "at"),
        Fields.failure(fields),
        fields.integer("redrive", 0));
  }

  static JournalEntry entry(JsonFields fields) {
    return new JournalEntry(
        fields.text("kind"),
        fields.integer("seq", -1),
        fields.integer("epoch", 0),
        fields.optionalText("worker"),
        fields.optionalText("name"),
        fields.integer("tries", 0),
        Fields.time(fields, "started_at"),
        Fields.time(fields, "ended_at"),
        fields.amounts("charged"),
        Fields.failure(fields),
        Fields.number(fields, "bytes", 0),
        fields.integer("partition", -1),
        Fields.number(fields, "offset", -1),
        fields.optionalText("status"),
        fields.optionalText("reason"),
        fields.optionalText("waiting_for"),
        fields.integer("count", 0),
        Fields.payload(fields, "value"),
        fields.optionalText("value_omitted"));
  }
}
