package dev.sluice.client.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Each request of the HTTP interface, for programs that show its answers as they are. Services use
 * {@link HttpSluiceClient}, which reads them. Queries have the parameters of
 * docs/http-api/openapi.yaml.
 */
public final class ApiRequests {
  private ApiRequests() {}

  /**
   * Submits a run.
   *
   * @param body may have {@code run_id}, and must not with a key
   * @param isNamed whether it has
   */
  public static ApiRequest submit(
      String tenant, byte[] body, boolean isNamed, @Nullable String idempotencyKey) {
    return ApiRequest.post(tenant(tenant) + "/runs", body)
        .repeatable(isNamed)
        .named(idempotencyKey);
  }

  /** A run; {@code query}: wait, redrive, at. */
  public static ApiRequest run(String tenant, String run, Map<String, String> query) {
    return ApiRequest.get(run(tenant, run)).asking(query);
  }

  /** A page of runs. */
  public static ApiRequest runs(String tenant, Map<String, String> query) {
    return ApiRequest.get(tenant(tenant) + "/runs").asking(query);
  }

  /** A page of a run's journal. */
  public static ApiRequest journal(String tenant, String run, Map<String, String> query) {
    return ApiRequest.get(run(tenant, run) + "/journal").asking(query);
  }

  /** Asks a run to end; without a key it is sent once. */
  public static ApiRequest cancel(String tenant, String run, @Nullable String key) {
    return ApiRequest.post(run(tenant, run) + "/cancel", null).named(key);
  }

  /** Sends a run a signal; without a key it is sent once. */
  public static ApiRequest signal(
      String tenant,
      String run,
      String name,
      byte[] payload,
      String contentType,
      @Nullable String key) {
    return ApiRequest.post(run(tenant, run) + "/signals/" + encoded(name), payload)
        .as(contentType)
        .named(key);
  }

  /** What the gate decided on a command. */
  public static ApiRequest decision(String tenant, String commandId, Duration wait) {
    return ApiRequest.get(tenant(tenant) + "/commands")
        .asking(Map.of("id", commandId, "wait", wait.toString()));
  }

  /** Which versions of agents runs need and workers have. */
  public static ApiRequest agents(Map<String, String> query) {
    return ApiRequest.get("/v1/agents").asking(query);
  }

  /** A page of tenants. */
  public static ApiRequest tenants(Map<String, String> query) {
    return ApiRequest.get("/v1/tenants").asking(query);
  }

  /** A tenant. */
  public static ApiRequest oneTenant(String name) {
    return ApiRequest.get(tenant(name));
  }

  /** Replaces a tenant's limits. */
  public static ApiRequest putTenant(String name, byte[] limits) {
    return ApiRequest.put(tenant(name), limits);
  }

  /**
   * Replaces a tenant's limits if they are still those that the caller has seen.
   *
   * @param expected {@code limits_at} of the tenant; −1: it had none
   */
  public static ApiRequest putTenant(String name, byte[] limits, long expected) {
    return putTenant(name, limits)
        .under(
            expected < 0
                ? new ApiRequest.Condition("If-None-Match", "*")
                : new ApiRequest.Condition("If-Match", "\"" + expected + "\""));
  }

  /**
   * What the gate decided on a tenant's limits.
   *
   * @param at as the answer to their {@code PUT} says
   */
  public static ApiRequest decisionOnLimits(String name, String at, Duration wait) {
    return ApiRequest.get(tenant(name) + "/limits")
        .asking(Map.of("at", at, "wait", wait.toString()));
  }

  /** A page of what is set for all gates. */
  public static ApiRequest settings(Map<String, String> query) {
    return ApiRequest.get("/v1/settings").asking(query);
  }

  /**
   * What is set.
   *
   * @param setting {@code pool/name}, {@code plan/name}, {@code agent/name} or {@code value/name}
   */
  public static ApiRequest setting(String setting) {
    return ApiRequest.get(settingPath(setting));
  }

  /** Sets a pool, a plan, an agent or a number. */
  public static ApiRequest putSetting(String setting, byte[] value) {
    return ApiRequest.put(settingPath(setting), value);
  }

  /** Takes back what was set. */
  public static ApiRequest deleteSetting(String setting) {
    return ApiRequest.delete(settingPath(setting));
  }

  /** How many slots a pool wants. */
  public static ApiRequest scaling(String pool, Map<String, String> query) {
    return ApiRequest.get("/v1/pools/" + encoded(pool) + "/scaling").asking(query);
  }

  /** A page of dead letters. */
  public static ApiRequest deadLetters(Map<String, String> query) {
    return ApiRequest.get("/v1/dead-letters").asking(query);
  }

  /**
   * Sends a DEAD run back. Sent once: the answer names the redrive that would be next, and after a
   * redrive that is one further.
   */
  public static ApiRequest redrive(String tenant, String run) {
    return ApiRequest.post(
        "/v1/dead-letters/" + encoded(tenant) + "/" + encoded(run) + "/redrive", null);
  }

  /** Sends DEAD runs back. Sent once: the answer counts those that stand DEAD at that moment. */
  public static ApiRequest redriveAll(@Nullable String tenant, @Nullable String agent) {
    var body = new JsonWriter().text("tenant", tenant).text("agent", agent).bytes();
    return ApiRequest.post("/v1/dead-letters/redrive", body);
  }

  /** All API keys, without their secrets. */
  public static ApiRequest keys() {
    return ApiRequest.get("/v1/keys");
  }

  /** Makes an API key. Sent once: the answer alone has the key. */
  public static ApiRequest createKey(byte[] spec) {
    return ApiRequest.post("/v1/keys", spec);
  }

  /** Makes a key with the rights of another, which ends. Sent once. */
  public static ApiRequest rotateKey(String id, byte[] body) {
    return ApiRequest.post("/v1/keys/" + encoded(id) + "/rotate", body);
  }

  /** Revokes a key. */
  public static ApiRequest revokeKey(String id) {
    return ApiRequest.delete("/v1/keys/" + encoded(id));
  }

  private static String settingPath(String setting) {
    int slash = setting.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException(
          "a setting must be pool/NAME, plan/NAME, agent/NAME or value/NAME, got " + setting);
    }
    return "/v1/settings/"
        + encoded(setting.substring(0, slash))
        + "s/"
        + encoded(setting.substring(slash + 1));
  }

  private static String tenant(String name) {
    return "/v1/tenants/" + encoded(name);
  }

  private static String run(String tenant, String run) {
    return tenant(tenant) + "/runs/" + encoded(run);
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A query of what is not null; names and values in turn. */
  static Map<String, String> query(@Nullable Object... parts) {
    var query = new HashMap<String, String>();
    for (int i = 0; i < parts.length; i += 2) {
      var value = parts[i + 1];
      if (value != null) {
        query.put(String.valueOf(parts[i]), value.toString());
      }
    }
    return query;
  }
}
