package dev.sluice.topology.catalog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Names;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import dev.sluice.topology.catalog.scaling.Behind;
import dev.sluice.topology.catalog.scaling.CodeHeard;
import dev.sluice.topology.catalog.scaling.Demand;
import dev.sluice.topology.catalog.view.PublicJson;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Answers which versions of agents runs need and workers have, so that old ones can be removed. */
final class AgentsApi {
  /** Older knowledge than this is none: a version would be removed that a run needs. */
  private static final double MOST_BEHIND_S = 5;

  private static final int MOST_AGENTS = 1_000;
  private static final int MOST_KINDS = 10_000;

  private record Place(String pool, String agent) {}

  private static final Comparator<Place> BY_AGENT =
      Comparator.comparing(Place::agent).thenComparing(Place::pool);

  private final Demand demand;
  private final CodeHeard code;
  private final Behind behind;

  AgentsApi(Demand demand, CodeHeard code, Behind behind) {
    this.demand = demand;
    this.code = code;
    this.behind = behind;
  }

  List<Route> routes() {
    return List.of(Route.get("/v1/agents", this::agents).asking("agent", "pool"));
  }

  private Answer agents(Request request) {
    var agent = request.query("agent");
    var pool = request.query("pool");
    if (agent != null) {
      Names.agentProblem(agent).ifPresent(AgentsApi::refuse);
    }
    if (pool != null) {
      Names.poolProblem(pool).ifPresent(AgentsApi::refuse);
    }
    double seconds = behind.seconds();
    if (seconds > MOST_BEHIND_S) {
      throw Problem.unavailable("the catalog is more than five seconds behind the gate");
    }
    var json = agents(agent, pool);
    json.put("behind", Duration.ofMillis(Math.round(seconds * 1_000)).toString());
    return Answer.json(200, json.toString());
  }

  private static void refuse(String problem) {
    throw Problem.badRequest(problem);
  }

  /** The answer, but for how old it is. */
  ObjectNode agents(@Nullable String agent, @Nullable String pool) {
    var runs = new TreeMap<Place, Map<List<String>, Integer>>(BY_AGENT);
    demand
        .codes(MOST_KINDS)
        .forEach(
            (one, count) ->
                runs.computeIfAbsent(new Place(one.pool(), one.agent()), place -> new HashMap<>())
                    .put(one.versions(), count));
    for (var one : code.all()) {
      runs.computeIfAbsent(new Place(one.pool(), one.agent()), place -> new HashMap<>());
    }
    runs.keySet()
        .removeIf(
            place ->
                (agent != null && !place.agent().equals(agent))
                    || (pool != null && !place.pool().equals(pool)));
    var json = PublicJson.JSON.createObjectNode();
    var list = json.putArray("agents");
    runs.entrySet().stream()
        .limit(MOST_AGENTS)
        .forEach(one -> list.add(agent(one.getKey(), one.getValue())));
    return json;
  }

  private ObjectNode agent(Place place, Map<List<String>, Integer> runs) {
    var workers = code.of(place.pool(), place.agent());
    var json =
        PublicJson.JSON
            .createObjectNode()
            .put("agent", place.agent())
            .put("pool", place.pool())
            .put("runs", runs.values().stream().mapToInt(Integer::intValue).sum())
            .put("runs_of_any_version", runs.getOrDefault(List.of(), 0))
            .put(
                "workers_of_earlier_builds",
                (int) workers.stream().filter(one -> one.version().isEmpty()).count());
    versions(runs, workers, json.putArray("versions"));
    return json;
  }

  private static void versions(
      Map<List<String>, Integer> runs, List<CodeHeard.Code> workers, ArrayNode to) {
    var names = new TreeSet<String>();
    runs.keySet().forEach(names::addAll);
    workers.stream()
        .map(CodeHeard.Code::version)
        .filter(version -> !version.isEmpty())
        .forEach(names::add);
    for (var version : names) {
      long its = workers.stream().filter(one -> one.version().equals(version)).count();
      int needing =
          runs.entrySet().stream()
              .filter(one -> one.getKey().contains(version))
              .mapToInt(Map.Entry::getValue)
              .sum();
      to.addObject()
          .put("version", version)
          .put("runs", needing)
          .put("workers", (int) its)
          .put("removable", isRemovable(version, runs, workers));
    }
  }

  /** Whether every run that needs the version could go on without the workers that have it. */
  private static boolean isRemovable(
      String version, Map<List<String>, Integer> runs, List<CodeHeard.Code> workers) {
    return runs.keySet().stream()
        .filter(versions -> versions.contains(version))
        .allMatch(
            versions ->
                workers.stream()
                    .anyMatch(one -> !one.version().equals(version) && one.replaysAll(versions)));
  }
}
