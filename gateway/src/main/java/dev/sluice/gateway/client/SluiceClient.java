package dev.sluice.gateway.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Talks to a gateway. Safe for use by several threads. Answers are the gateway's JSON. */
public final class SluiceClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(75);
  private static final int FIRST_ERROR = 400;

  private final URI gateway;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  public SluiceClient(URI gateway) {
    this.gateway = gateway;
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
    var request =
        request("/v1/tenants/" + path(tenant) + "/runs")
            .POST(HttpRequest.BodyPublishers.ofString(submission.toString()));
    if (idempotencyKey != null) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    return send(request);
  }

  /**
   * A run's state, as soon as it has ended or after {@code wait} at the latest.
   *
   * @param wait 0 to 60 seconds
   */
  public JsonNode get(String tenant, String runId, Duration wait) {
    return read(run(tenant, runId) + (wait.isZero() ? "" : "?wait=" + wait));
  }

  /** The end of a run's {@code redrive}th redrive, or its state after {@code wait}. */
  public JsonNode get(String tenant, String runId, Duration wait, int redrive) {
    return read(run(tenant, runId) + "?redrive=" + redrive + "&wait=" + wait);
  }

  /** A page of a tenant's runs; {@code query} has the parameters of the contract. */
  public JsonNode list(String tenant, Map<String, String> query) {
    return read("/v1/tenants/" + path(tenant) + "/runs" + text(query));
  }

  private static String text(Map<String, String> query) {
    var text = new StringBuilder();
    char separator = '?';
    for (var parameter : query.entrySet()) {
      text.append(separator)
          .append(parameter.getKey())
          .append('=')
          .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
      separator = '&';
    }
    return text.toString();
  }

  /**
   * Asks a run to end, also one whose submission the gate has not read yet.
   *
   * @return {@code run_id} and {@code command_id}, by which {@link #decision} tells what became of
   *     it
   */
  public JsonNode cancel(String tenant, String runId) {
    return send(request(run(tenant, runId) + "/cancel").POST(HttpRequest.BodyPublishers.noBody()));
  }

  /**
   * Sends a run a signal; it is kept until the run asks for it.
   *
   * @param name 1 to 128 of {@code [A-Za-z0-9._-]}
   * @param payload at most 1 MiB; with no byte the signal carries nothing
   * @param contentType of the payload, usually {@code application/json}
   * @param idempotencyKey the same key sends one signal; null for none
   * @return {@code run_id}, {@code name} and {@code command_id}, by which {@code decisions} tells
   *     what became of it
   */
  public JsonNode signal(
      String tenant,
      String runId,
      String name,
      byte[] payload,
      String contentType,
      @Nullable String idempotencyKey) {
    var path = run(tenant, runId) + "/signals/" + path(name);
    return send(signal(path, payload, contentType, idempotencyKey));
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
    return read(
        "/v1/tenants/"
            + path(tenant)
            + "/commands"
            + text(Map.of("id", commandId, "wait", wait.toString())));
  }

  private HttpRequest.Builder signal(
      String path, byte[] payload, String contentType, @Nullable String idempotencyKey) {
    var request =
        HttpRequest.newBuilder(URI.create(gateway + path))
            .timeout(TIMEOUT)
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(payload));
    if (idempotencyKey != null) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    return request;
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
    return read(run(tenant, runId) + "/journal" + text(all));
  }

  /** The first page of the tenants. */
  public JsonNode tenants() {
    return tenants(Map.of());
  }

  /** A page of the tenants, by name; {@code query}: limit, after. */
  public JsonNode tenants(Map<String, String> query) {
    return read("/v1/tenants" + text(query));
  }

  /** A tenant's limits and depths. */
  public JsonNode tenant(String tenant) {
    return read("/v1/tenants/" + path(tenant));
  }

  /**
   * Replaces a tenant's limits.
   *
   * @return {@code tenant} and {@code at}, by which {@link #decisionOnLimits} tells what became of
   *     them
   */
  public JsonNode putTenant(String tenant, ObjectNode limits) {
    return send(put(tenant, limits));
  }

  /**
   * The same if the tenant's limits are still those that the caller has seen.
   *
   * @param expected {@code limits_at} of {@link #tenant}; −1: it had none
   * @return the same with {@code decision}, unless that is not known within 5 s
   * @throws SluiceException of status 412 if they are not
   */
  public JsonNode putTenant(String tenant, ObjectNode limits, long expected) {
    var request = put(tenant, limits);
    return send(
        expected < 0
            ? request.header("If-None-Match", "*")
            : request.header("If-Match", "\"" + expected + "\""));
  }

  private HttpRequest.Builder put(String tenant, ObjectNode limits) {
    return request("/v1/tenants/" + path(tenant))
        .PUT(HttpRequest.BodyPublishers.ofString(limits.toString()));
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
    var query = text(Map.of("at", at, "wait", wait.toString()));
    return read("/v1/tenants/" + path(tenant) + "/limits" + query);
  }

  /** A page of what is set for all gates; {@code query}: limit, after. */
  public JsonNode settings(Map<String, String> query) {
    return read("/v1/settings" + text(query));
  }

  /**
   * A setting, and in how many gate partitions it is in force.
   *
   * @param setting {@code pool/name}, {@code plan/name}, {@code agent/name} or {@code value/name}
   */
  public JsonNode setting(String setting) {
    return read(settingPath(setting));
  }

  /** Sets a pool, a plan, an agent or a number. */
  public JsonNode putSetting(String setting, ObjectNode value) {
    return send(
        request(settingPath(setting)).PUT(HttpRequest.BodyPublishers.ofString(value.toString())));
  }

  /** Takes back what was set. */
  public JsonNode deleteSetting(String setting) {
    return send(request(settingPath(setting)).DELETE());
  }

  private static String settingPath(String setting) {
    int slash = setting.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException(
          "a setting must be pool/NAME, plan/NAME, agent/NAME or value/NAME, got " + setting);
    }
    return "/v1/settings/"
        + path(setting.substring(0, slash))
        + "s/"
        + path(setting.substring(slash + 1));
  }

  /** The first page of the runs that stand DEAD and of the records that could not be read. */
  public JsonNode deadLetters() {
    return deadLetters(Map.of());
  }

  /** A page of the same; {@code query}: tenant, agent, kind, limit, after. */
  public JsonNode deadLetters(Map<String, String> query) {
    return read("/v1/dead-letters" + text(query));
  }

  /**
   * Sends a DEAD run back through the gate.
   *
   * @return {@code run_id}, {@code command_id} and {@code redrive}: which end to wait for
   */
  public JsonNode redrive(String tenant, String runId) {
    return send(
        request("/v1/dead-letters/" + path(tenant) + "/" + path(runId) + "/redrive")
            .POST(HttpRequest.BodyPublishers.noBody()));
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
    var filter = JSON.createObjectNode();
    if (tenant != null) {
      filter.put("tenant", tenant);
    }
    if (agent != null) {
      filter.put("agent", agent);
    }
    return send(
        request("/v1/dead-letters/redrive")
            .POST(HttpRequest.BodyPublishers.ofString(filter.toString())));
  }

  private static String run(String tenant, String runId) {
    return "/v1/tenants/" + path(tenant) + "/runs/" + path(runId);
  }

  private static String path(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode read(String path) {
    return send(request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(gateway + path))
        .timeout(TIMEOUT)
        .header("Content-Type", "application/json");
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      var body = JSON.readTree(answer.body());
      if (answer.statusCode() >= FIRST_ERROR) {
        throw new SluiceException(answer.statusCode(), body.path("detail").asText(answer.body()));
      }
      return body;
    } catch (JsonProcessingException e) {
      throw new SluiceException(0, gateway + " did not answer with JSON");
    } catch (IOException e) {
      throw new SluiceException(0, "no gateway answers at " + gateway);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SluiceException(0, "interrupted while waiting for " + gateway);
    }
  }
}
