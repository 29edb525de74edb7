package dev.sluice.topology.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import dev.sluice.topology.catalog.query.CatalogQueries;
import dev.sluice.topology.catalog.scaling.Behind;
import dev.sluice.topology.catalog.scaling.Demand;
import dev.sluice.topology.catalog.scaling.PoolsHeard;
import dev.sluice.topology.catalog.scaling.Wanted;
import dev.sluice.topology.catalog.view.PublicJson;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/** Answers how many slots a pool needs, for autoscalers; never with a guess. */
final class ScalingApi {
  /** Older knowledge than this is none: no answer rather than a number from the past. */
  private static final double MOST_BEHIND_S = 5;

  private static final Duration LATE_AFTER = Duration.ofSeconds(10);
  private static final Duration MOST_LATE = Duration.ofDays(1);

  /** For one scrape. */
  private static final int MOST_POOLS = 1_000;

  private final CatalogQueries queries;
  private final Demand demand;
  private final PoolsHeard pools;
  private final Behind behind;

  ScalingApi(CatalogQueries queries, Demand demand, PoolsHeard pools, Behind behind) {
    this.queries = queries;
    this.demand = demand;
    this.pools = pools;
    this.behind = behind;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/pools/{pool}/scaling", this::scaling)
            .asking("slots_per_worker", "late_after"));
  }

  private Answer scaling(Request request) {
    var pool = request.parameter("pool");
    Names.poolProblem(pool)
        .ifPresent(
            problem -> {
              throw Problem.badRequest(problem);
            });
    var asked = slots(request);
    var lateAfter = lateAfter(request);
    double seconds = behind.seconds();
    if (seconds > MOST_BEHIND_S) {
      throw Problem.unavailable("the catalog is more than five seconds behind the gate");
    }
    int slots = asked == null ? Math.max(1, pools.largestWorker(pool)) : asked;
    try {
      var json = wanted(pool, slots, lateAfter, System.currentTimeMillis());
      var old = Duration.ofMillis(Math.round(seconds * 1_000));
      return Answer.json(200, json.put("behind", old.toString()).toString());
    } catch (InvalidStateStoreException e) {
      throw Problem.unavailable("the catalog is still reading its topics");
    }
  }

  /** What each pool wants; empty while that is not known. */
  Map<String, Wanted> all() {
    var all = new TreeMap<String, Wanted>();
    if (behind.seconds() <= MOST_BEHIND_S) {
      var names = new TreeSet<>(pools.names());
      names.addAll(demand.pools());
      try {
        names.stream()
            .limit(MOST_POOLS)
            .forEach(pool -> all.put(pool, demand.wanted(pool, queries::tenantView)));
      } catch (InvalidStateStoreException e) {
        return Map.of(); // it is still reading its topics
      }
    }
    return all;
  }

  /** The answer, but for how old it is. */
  ObjectNode wanted(String pool, int slots, Duration lateAfter, long nowMs) {
    if (demand.of(pool).isEmpty() && !pools.knows(pool)) {
      throw Problem.notFound("no pool " + pool + " is known: it has no topic, run or worker");
    }
    var wanted = demand.wanted(pool, queries::tenantView);
    var json =
        PublicJson.JSON
            .createObjectNode()
            .put("pool", pool)
            .put("wanted_slots", wanted.slots(slots, lateAfter, nowMs))
            .put("ready", wanted.ready())
            .put("braked", wanted.braked())
            .put("in_flight", wanted.inFlight())
            .put("late", wanted.isLate(lateAfter, nowMs))
            .put("slots_per_worker", slots);
    if (wanted.oldestReadyMs() != null) {
      json.put("oldest_ready", Duration.ofMillis(wanted.waitedMs(nowMs)).toString());
    }
    return json;
  }

  private static @Nullable Integer slots(Request request) {
    var text = request.query("slots_per_worker");
    if (text == null) {
      return null;
    }
    if (!text.matches("[1-9]\\d{0,5}") || Integer.parseInt(text) > Bounds.SLOTS) {
      throw Problem.badRequest(
          "slots_per_worker must be 1 to " + Bounds.SLOTS + ", got " + Texts.quoted(text));
    }
    return Integer.valueOf(text);
  }

  private static Duration lateAfter(Request request) {
    var text = request.query("late_after");
    if (text == null) {
      return LATE_AFTER;
    }
    try {
      var after = Duration.parse(text);
      if (after.isNegative() || after.compareTo(MOST_LATE) > 0) {
        throw Problem.badRequest("late_after must be PT0S to PT24H, got " + Texts.quoted(text));
      }
      return after;
    } catch (DateTimeParseException e) {
      throw Problem.badRequest(
          "late_after must be an ISO-8601 duration, got " + Texts.quoted(text));
    }
  }
}
