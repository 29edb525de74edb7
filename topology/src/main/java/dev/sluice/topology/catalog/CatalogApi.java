package dev.sluice.topology.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.v1.RunStatus;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/** The read half of the HTTP API. */
final class CatalogApi implements HttpService {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final Set<String> STATUSES = statuses();
  private static final Duration MAX_WAIT = Duration.ofSeconds(60);

  private final CatalogQueries queries;
  private final Waiters waiters;

  CatalogApi(CatalogQueries queries, Waiters waiters) {
    this.queries = queries;
    this.waiters = waiters;
  }

  private static Set<String> statuses() {
    var words = new TreeSet<>(Set.of("SUBMITTED", "QUEUED", "DISPATCHED", "RUNNING", "WAITING"));
    for (var end : RunStatus.values()) {
      words.add(end.name());
    }
    return words;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/tenants", guarded(this::tenants))
        .get("/tenants/{tenant}", guarded(this::tenant))
        .get("/tenants/{tenant}/runs", guarded(this::runs))
        .get("/tenants/{tenant}/runs/{run}", guarded(this::run))
        .get("/tenants/{tenant}/runs/{run}/journal", guarded(this::journal))
        .get("/dead-letters", guarded(this::deadLetters));
  }

  private interface Handler {
    void handle(ServerRequest request, ServerResponse response) throws Exception;
  }

  private static final class BadRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRequest(String message) {
      super(message, null, false, false);
    }
  }

  private static io.helidon.webserver.http.Handler guarded(Handler handler) {
    return (request, response) -> {
      try {
        handler.handle(request, response);
      } catch (BadRequest e) {
        problem(response, Status.BAD_REQUEST_400, String.valueOf(e.getMessage()));
      } catch (InvalidStateStoreException e) {
        problem(
            response, Status.SERVICE_UNAVAILABLE_503, "the catalog is still reading its topics");
      }
    };
  }

  private void tenants(ServerRequest request, ServerResponse response) {
    long now = System.currentTimeMillis();
    send(response, queries.tenants(limit(request), after(request), now));
  }

  private void tenant(ServerRequest request, ServerResponse response) {
    var name = request.path().pathParameters().get("tenant");
    send(response, queries.tenant(name, System.currentTimeMillis()));
  }

  private void run(ServerRequest request, ServerResponse response) throws InterruptedException {
    var tenant = request.path().pathParameters().get("tenant");
    var runId = request.path().pathParameters().get("run");
    var wait = wait(request);
    // Asked first: what the gate passes from here on the view below may lack.
    boolean onItsWay = isOnItsWay(request);
    int redrive = redrive(request);
    var ended = wait.isZero() ? null : waiters.await(tenant, runId);
    var view = queries.run(tenant, runId);
    if (ended != null && (view == null || !view.hasEnded(redrive))) {
      try {
        view = ended.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException e) {
        view = queries.run(tenant, runId);
      }
    }
    if (ended != null) {
      ended.cancel(false);
    }
    answer(response, tenant, runId, view, onItsWay);
  }

  private void answer(
      ServerResponse response,
      String tenant,
      String runId,
      @Nullable RunView view,
      boolean onItsWay) {
    if (view != null && view.isKnown()) {
      send(response, queries.withChildren(view));
    } else if (view != null || onItsWay) {
      send(
          response,
          PublicJson.JSON
              .createObjectNode()
              .put("run_id", runId)
              .put("tenant", tenant)
              .put("status", "SUBMITTED"));
    } else {
      problem(
          response, Status.NOT_FOUND_404, "no run " + runId + " of tenant " + tenant + " is known");
    }
  }

  private boolean isOnItsWay(ServerRequest request) {
    var at = query(request, "at");
    if (at == null) {
      return false;
    }
    var place = SubmissionPlace.parse(at);
    if (place == null) {
      throw new BadRequest("at must be <topic>-<partition>-<offset>, got " + at);
    }
    return !queries.hasPassed(place);
  }

  /** From which redrive on an end is waited for; a redrive's answer tells. */
  private static int redrive(ServerRequest request) {
    var text = query(request, "redrive");
    if (text == null) {
      return 0;
    }
    if (!text.matches("\\d{1,6}")) {
      throw new BadRequest("redrive must be a number of redrives, got " + text);
    }
    return Integer.parseInt(text);
  }

  private static Duration wait(ServerRequest request) {
    var text = query(request, "wait");
    if (text == null) {
      return Duration.ZERO;
    }
    try {
      var wait = Duration.parse(text);
      if (wait.isNegative() || wait.compareTo(MAX_WAIT) > 0) {
        throw new BadRequest("wait must be PT0S to PT60S, got " + text);
      }
      return wait;
    } catch (DateTimeParseException e) {
      throw new BadRequest("wait must be an ISO-8601 duration, got " + text);
    }
  }

  private void runs(ServerRequest request, ServerResponse response) {
    var tenant = request.path().pathParameters().get("tenant");
    send(response, queries.runs(tenant, filter(request), limit(request), after(request)));
  }

  private static RunFilter filter(ServerRequest request) {
    var status = query(request, "status");
    if (status != null && !STATUSES.contains(status)) {
      throw new BadRequest("status must be one of " + STATUSES + ", got " + status);
    }
    var label = query(request, "label");
    if (label != null && label.indexOf(':') < 1) {
      throw new BadRequest("label must be key:value, got " + label);
    }
    return new RunFilter(
        query(request, "parent"), query(request, "root"), status, query(request, "agent"), label);
  }

  private static int limit(ServerRequest request) {
    var text = query(request, "limit");
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    if (!text.matches("\\d{1,4}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > MAX_LIMIT) {
      throw new BadRequest("limit must be 1 to " + MAX_LIMIT + ", got " + text);
    }
    return Integer.parseInt(text);
  }

  private static @Nullable String after(ServerRequest request) {
    var cursor = query(request, "after");
    try {
      return cursor == null ? null : Cursors.read(cursor);
    } catch (IllegalArgumentException e) {
      throw new BadRequest("after must be the next of a page, got " + cursor);
    }
  }

  private void journal(ServerRequest request, ServerResponse response) {
    var tenant = request.path().pathParameters().get("tenant");
    var runId = request.path().pathParameters().get("run");
    var view = queries.run(tenant, runId);
    if (view == null || !view.isKnown()) {
      problem(
          response, Status.NOT_FOUND_404, "no run " + runId + " of tenant " + tenant + " is known");
      return;
    }
    boolean all = Boolean.parseBoolean(query(request, "all"));
    send(response, queries.journalPage(tenant, runId, all, limit(request), after(request)));
  }

  private void deadLetters(ServerRequest request, ServerResponse response) {
    var after = after(request);
    if (after != null && !after.matches("\\d{5}-\\d{19}")) {
      throw new BadRequest("after must be the next of a page, got " + query(request, "after"));
    }
    send(response, queries.deadLetters(letters(request), limit(request), after));
  }

  private static Predicate<JsonNode> letters(ServerRequest request) {
    var wanted = new HashMap<String, String>();
    for (var field : List.of("tenant", "agent", "kind")) {
      request.query().first(field).ifPresent(value -> wanted.put(field, value));
    }
    return letter ->
        wanted.entrySet().stream()
            .allMatch(one -> letter.path(one.getKey()).asText().equals(one.getValue()));
  }

  private static @Nullable String query(ServerRequest request, String name) {
    return request.query().first(name).orElse(null);
  }

  private static void send(ServerResponse response, ObjectNode json) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json").send(json.toString());
  }

  private static void problem(ServerResponse response, Status status, String detail) {
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
        .send(PublicJson.problem(status.code(), status.reasonPhrase(), detail).toString());
  }
}
