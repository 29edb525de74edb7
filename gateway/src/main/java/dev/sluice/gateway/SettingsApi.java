package dev.sluice.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.GateValue;
import dev.sluice.contract.Names;
import dev.sluice.contract.json.JsonFields;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.v1.AgentSetting;
import dev.sluice.v1.PlanSetting;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.Setting;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Sets pools, plans, agents and numbers for all gates, or takes back what was set. */
final class SettingsApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FEW_FIELDS = 64 * 1024;
  private static final String POOL = "pool";
  private static final String PLAN = "plan";
  private static final String AGENT = "agent";
  private static final String VALUE = "value";
  static final Setting SAMPLE =
      setting(POOL, "w").setPool(PoolSetting.newBuilder().build()).build();

  private final String topic;
  private final RecordSender sender;
  private final Serializer<Setting> settings;

  SettingsApi(String prefix, SluiceSerdes serdes, RecordSender sender) {
    this.sender = sender;
    topic = prefix + Topics.SETTINGS;
    settings = serdes.serializer(Setting.class);
  }

  List<Route> routes() {
    return List.of(
        Route.put("/v1/settings/pools/{name}", FEW_FIELDS, this::putPool),
        Route.put("/v1/settings/plans/{name}", FEW_FIELDS, this::putPlan),
        Route.put("/v1/settings/agents/{name}", FEW_FIELDS, this::putAgent),
        Route.put("/v1/settings/values/{name}", FEW_FIELDS, this::putValue),
        Route.get("/v1/settings/pools/{name}", this::deletePool).as("DELETE"),
        Route.get("/v1/settings/plans/{name}", this::deletePlan).as("DELETE"),
        Route.get("/v1/settings/agents/{name}", this::deleteAgent).as("DELETE"),
        Route.get("/v1/settings/values/{name}", this::deleteValue).as("DELETE"));
  }

  private static String name(Request request, Function<String, Optional<String>> problem) {
    var name = request.parameter("name");
    Requests.require(problem.apply(name));
    return name;
  }

  private static String poolOf(Request request) {
    return name(request, Names::poolProblem);
  }

  private static String planOf(Request request) {
    return name(request, Names::planProblem);
  }

  private static GateValue valueOf(Request request) {
    return GateValue.of(name(request, GateValue::nameProblem)).orElseThrow();
  }

  private static String agentOf(Request request) {
    return name(request, Names::agentProblem);
  }

  private static Setting.Builder setting(String kind, String name) {
    return Setting.newBuilder().setKind(kind).setName(name);
  }

  private Answer putPool(Request request) {
    var name = poolOf(request);
    return send(POOL, name, setting(POOL, name).setPool(pool(request.body())).build());
  }

  private Answer putPlan(Request request) {
    var name = planOf(request);
    return send(PLAN, name, setting(PLAN, name).setPlan(plan(request.body())).build());
  }

  private Answer putAgent(Request request) {
    var name = agentOf(request);
    return send(AGENT, name, setting(AGENT, name).setAgent(agent(request.body())).build());
  }

  private Answer putValue(Request request) {
    var value = valueOf(request);
    long number = JsonBody.read(request.body(), body -> number(value, body));
    var name = value.text();
    return send(VALUE, name, setting(VALUE, name).setNumber(number).build());
  }

  private Answer deletePool(Request request) {
    return send(POOL, poolOf(request), null);
  }

  private Answer deletePlan(Request request) {
    return send(PLAN, planOf(request), null);
  }

  private Answer deleteAgent(Request request) {
    return send(AGENT, agentOf(request), null);
  }

  private Answer deleteValue(Request request) {
    return send(VALUE, valueOf(request).text(), null);
  }

  private Answer send(String kind, String name, @Nullable Setting setting) {
    var key = kind + "/" + name;
    sender.sendToEach(topic, key, settings, setting, "the setting " + key);
    return Answer.json(200, JSON.createObjectNode().put("setting", key).toString());
  }

  private static PoolSetting pool(byte[] bytes) {
    return JsonBody.read(
        bytes,
        body ->
            PoolSetting.newBuilder()
                .setClosed(body.bool("closed", false))
                .setPaused(paused(body))
                .setMaxStartsPerMinute(maxStarts(body))
                .build());
  }

  private static AgentSetting agent(byte[] bytes) {
    return JsonBody.read(bytes, body -> new AgentSetting(paused(body), maxStarts(body)));
  }

  private static boolean paused(JsonFields body) {
    return body.bool("paused", false);
  }

  private static @Nullable Integer maxStarts(JsonFields body) {
    return Requests.within(0, Bounds.STARTS_PER_MINUTE, body, "max_starts_per_minute");
  }

  private static long number(GateValue value, JsonFields body) {
    var number = body.optionalLong("number");
    if (number == null) {
      throw Problem.badRequest("number is missing");
    }
    Requests.require(value.problem(number));
    return number;
  }

  private static PlanSetting plan(byte[] bytes) {
    return JsonBody.read(bytes, SettingsApi::plan);
  }

  private static PlanSetting plan(JsonFields body) {
    return PlanSetting.newBuilder()
        .setMaxInFlight(Requests.atLeast(0, body, "max_in_flight"))
        .setWeight(Requests.weight(body))
        .setMaxQueued(Requests.atLeast(0, body, "max_queued"))
        .setMaxLive(Requests.atLeast(0, body, "max_live"))
        .setMaxChildren(Requests.within(0, Bounds.CHILDREN, body, "max_children"))
        .setMaxDepth(Requests.within(0, Bounds.DEPTH, body, "max_depth"))
        .setMaxDescendants(Requests.within(0, Bounds.DESCENDANTS, body, "max_descendants"))
        .setMaxAttempts(Requests.within(1, Bounds.ATTEMPTS, body, "max_attempts"))
        .setMaxSteps(Requests.within(1, Bounds.STEPS, body, "max_steps"))
        .build();
  }
}
