package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SluiceException;
import dev.sluice.client.http.ApiRequest;
import dev.sluice.client.http.ApiRequests;
import dev.sluice.client.http.GatewayConnection;
import dev.sluice.client.http.HttpOptions;
import dev.sluice.client.http.Retries;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway answers, as it is: for commands that print it, with fields that a newer gateway
 * has, too. Each request is sent once, since whoever types it sees what became of it. Safe for use
 * by several threads. Services use {@link dev.sluice.client.SluiceClient}.
 */
public final class GatewayJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A redrive of all may take long. */
  private static final Duration ANSWER = Duration.ofSeconds(75);

  private final URI address;
  private final GatewayConnection gateway;

  /** Asks a gateway that does not authenticate its callers. */
  public GatewayJson(URI gateway) {
    this(gateway, null);
  }

  /** Asks with an API key or a token; null for none. */
  public GatewayJson(URI gateway, @Nullable String key) {
    this.address = gateway;
    var options = HttpOptions.to(gateway).trying(Retries.NEVER).answeredWithin(ANSWER);
    this.gateway = new GatewayConnection(key == null ? options : options.withKey(key));
  }

  /** All API keys, without their secrets. */
  public JsonNode keys() {
    return send(ApiRequests.keys());
  }

  /**
   * Makes an API key.
   *
   * @param spec tenant, and perhaps roles, name and expires_in
   * @return what {@link #keys} says of it, and {@code key}, which is told this once
   */
  public JsonNode createKey(ObjectNode spec) {
    return send(ApiRequests.createKey(bytes(spec)));
  }

  /** Makes a key with the rights of another, which ends; {@code body}: perhaps overlap. */
  public JsonNode rotateKey(String id, ObjectNode body) {
    return send(ApiRequests.rotateKey(id, bytes(body)));
  }

  /** Revokes a key. */
  public JsonNode revokeKey(String id) {
    return send(ApiRequests.revokeKey(id));
  }

  /**
   * Submits a run.
   *
   * @param submission the body of {@code POST /v1/tenants/{tenant}/runs}; must have {@code agent}
   * @param idempotencyKey the same key gives the same run; null for none
   * @return {@code run_id} and {@code status}
   * @throws SluiceException if it was not accepted, or that is not known
   */
  public JsonNode submit(String tenant, ObjectNode submission, @Nullable String idempotencyKey) {
    boolean isNamed = submission.has("run_id");
    return send(ApiRequests.submit(tenant, bytes(submission), isNamed, idempotencyKey));
  }

  /**
   * A run's state, as soon as it has ended or after {@code wait} at the latest.
   *
   * @param wait 0 to 60 seconds
   */
  public JsonNode get(String tenant, String runId, Duration wait) {
    Map<String, String> query = wait.isZero() ? Map.of() : Map.of("wait", wait.toString());
    return send(ApiRequests.run(tenant, runId, query));
  }

  /** The end of a run's {@code redrive}th redrive, or its state after {@code wait}. */
  public JsonNode get(String tenant, String runId, Duration wait, int redrive) {
    var query = Map.of("redrive", Integer.toString(redrive), "wait", wait.toString());
    return send(ApiRequests.run(tenant, runId, query));
  }

  /** A page of a tenant's runs; {@code query} has the parameters of the contract. */
  public JsonNode list(String tenant, Map<String, String> query) {
    return send(ApiRequests.runs(tenant, query));
  }

  /**
   * Asks a run to end, also one whose submission the gate has not read yet.
   *
   * @return {@code run_id} and {@code command_id}, by which {@link #decision} tells what became of
   *     it
   */
  public JsonNode cancel(String tenant, String runId) {
    return send(ApiRequests.cancel(tenant, runId, null));
  }

  /**
   * Sends a run a signal; it is kept until the run asks for it.
   *
   * @param name 1 to 128 of {@code [A-Za-z0-9._-]}
   * @param payload at most 1 MiB; with no byte the signal carries nothing
   * @param contentType of the payload, usually {@code application/json}
   * @param idempotencyKey the same key sends one signal; null for none
   * @return {@code run_id}, {@code name} and {@code command_id}
   */
  public JsonNode signal(
      String tenant,
      String runId,
      String name,
      byte[] payload,
      String contentType,
      @Nullable String idempotencyKey) {
    return send(ApiRequests.signal(tenant, runId, name, payload, contentType, idempotencyKey));
  }

  /**
   * What the gate decided on a command.
   *
   * @param commandId as {@code cancel}, {@code signal} and {@code redrive} answer it
   * @param wait 0 to 60 seconds
   * @return {@code run_id}, {@code command_id}, {@code decision} and {@code reason}
   * @throws SluiceException of status 404 if that is not known, or not any more
   */
  public JsonNode decision(String tenant, String commandId, Duration wait) {
    return send(ApiRequests.decision(tenant, commandId, wait));
  }

  /**
   * The first 1,000 records of a run's journal: its steps, and beside them its input, yields,
   * fences and end. If there are more, {@code next} says where they begin.
   */
  public JsonNode journal(String tenant, String runId) {
    return journal(tenant, runId, Map.of("limit", "1000"));
  }

  /**
   * A page of the same; {@code query}: limit, after, and values, with which each entry has the
   * value that stands in its record.
   */
  public JsonNode journal(String tenant, String runId, Map<String, String> query) {
    var all = new HashMap<>(query);
    all.put("all", "true");
    return send(ApiRequests.journal(tenant, runId, all));
  }

  /** Which versions of agents runs need and workers have; {@code query}: agent, pool. */
  public JsonNode agents(Map<String, String> query) {
    return send(ApiRequests.agents(query));
  }

  /** The first page of the tenants. */
  public JsonNode tenants() {
    return tenants(Map.of());
  }

  /** A page of the tenants, by name; {@code query}: limit, after. */
  public JsonNode tenants(Map<String, String> query) {
    return send(ApiRequests.tenants(query));
  }

  /** A tenant's limits and depths. */
  public JsonNode tenant(String tenant) {
    return send(ApiRequests.oneTenant(tenant));
  }

  /**
   * Replaces a tenant's limits.
   *
   * @return {@code tenant} and {@code at}, by which {@link #decisionOnLimits} tells what became of
   *     them
   */
  public JsonNode putTenant(String tenant, ObjectNode limits) {
    return send(ApiRequests.putTenant(tenant, bytes(limits)));
  }

  /**
   * The same if the tenant's limits are still those that the caller has seen.
   *
   * @param expected {@code limits_at} of {@link #tenant}; −1: it had none
   * @return the same with {@code decision}, unless that is not known within 5 s
   * @throws SluiceException of status 412 if they are not
   */
  public JsonNode putTenant(String tenant, ObjectNode limits, long expected) {
    return send(ApiRequests.putTenant(tenant, bytes(limits), expected));
  }

  /**
   * What the gate decided on a tenant's limits.
   *
   * @param at as {@code putTenant} answers it
   * @param wait 0 to 60 seconds
   * @return {@code decision} and {@code reason}
   * @throws SluiceException of status 404 if that is not known, or not any more
   */
  public JsonNode decisionOnLimits(String tenant, String at, Duration wait) {
    return send(ApiRequests.decisionOnLimits(tenant, at, wait));
  }

  /** A page of what is set for all gates; {@code query}: limit, after. */
  public JsonNode settings(Map<String, String> query) {
    return send(ApiRequests.settings(query));
  }

  /**
   * A setting, and in how many gate partitions it is in force.
   *
   * @param setting {@code pool/name}, {@code plan/name}, {@code agent/name} or {@code value/name}
   */
  public JsonNode setting(String setting) {
    return send(ApiRequests.setting(setting));
  }

  /** Sets a pool, a plan, an agent or a number. */
  public JsonNode putSetting(String setting, ObjectNode value) {
    return send(ApiRequests.putSetting(setting, bytes(value)));
  }

  /** Takes back what was set. */
  public JsonNode deleteSetting(String setting) {
    return send(ApiRequests.deleteSetting(setting));
  }

  /** The first page of the runs that stand DEAD and of the records that could not be read. */
  public JsonNode deadLetters() {
    return deadLetters(Map.of());
  }

  /** A page of the same; {@code query}: tenant, agent, kind, limit, after. */
  public JsonNode deadLetters(Map<String, String> query) {
    return send(ApiRequests.deadLetters(query));
  }

  /**
   * Sends a DEAD run back through the gate.
   *
   * @return {@code run_id}, {@code command_id} and {@code redrive}: which end to wait for
   */
  public JsonNode redrive(String tenant, String runId) {
    return send(ApiRequests.redrive(tenant, runId));
  }

  /**
   * Sends every run back that stands DEAD.
   *
   * @param tenant only this tenant's; null for all
   * @param agent only this agent's; null for all
   * @return {@code requested}: how many were asked for; and {@code redrives}, the first 10,000 of
   *     them with {@code tenant}, {@code run_id} and {@code command_id}
   */
  public JsonNode redriveAll(@Nullable String tenant, @Nullable String agent) {
    return send(ApiRequests.redriveAll(tenant, agent));
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private JsonNode send(ApiRequest request) {
    try {
      return JSON.readTree(gateway.send(request).body());
    } catch (IOException e) {
      throw new SluiceException(0, address + " did not answer with JSON");
    }
  }
}
