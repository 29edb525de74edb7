package dev.sluice.topology.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Handler;
import dev.sluice.http.route.Route;
import dev.sluice.topology.catalog.query.CatalogQueries;
import dev.sluice.topology.catalog.query.Cursors;
import dev.sluice.topology.catalog.query.JournalQueries;
import dev.sluice.topology.catalog.query.RunFilter;
import dev.sluice.topology.catalog.query.SubmissionPlace;
import dev.sluice.topology.catalog.values.JournalSource;
import dev.sluice.topology.catalog.values.JournalUnavailableException;
import dev.sluice.topology.catalog.view.PublicJson;
import dev.sluice.topology.catalog.view.RunView;
import dev.sluice.topology.catalog.waiting.Waiters;
import dev.sluice.v1.RunStatus;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/** The read half of the HTTP API. */
final class CatalogApi {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final Set<String> STATUSES = statuses();
  private static final Duration MAX_WAIT = Duration.ofSeconds(60);

  /** Answers are of a few MiB at most, and a few times that while they are made. */
  private static final int MOST_READS = 16;

  private final Semaphore reads = new Semaphore(MOST_READS, true);
  private final CatalogQueries queries;
  private final JournalQueries journals;
  private final JournalSource journal;
  private final Waiters waiters;

  /**
   * Answers from views.
   *
   * @param journal where values are read, which the views do not keep
   */
  CatalogApi(
      CatalogQueries queries, JournalQueries journals, JournalSource journal, Waiters waiters) {
    this.queries = queries;
    this.journals = journals;
    this.journal = journal;
    this.waiters = waiters;
  }

  private static Set<String> statuses() {
    var words = new TreeSet<>(Set.of("SUBMITTED", "QUEUED", "DISPATCHED", "RUNNING", "WAITING"));
    for (var end : RunStatus.values()) {
      words.add(end.name());
    }
    return words;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/tenants", guarded(this::tenants)).asking("limit", "after"),
        Route.get("/v1/tenants/{tenant}", guarded(this::tenant)),
        Route.get("/v1/tenants/{tenant}/runs", guarded(this::runs))
            .asking("status", "agent", "label", "parent", "root", "limit", "after"),
        Route.get("/v1/tenants/{tenant}/runs/{run}", guarded(this::run))
            .asking("wait", "at", "redrive"),
        Route.get("/v1/tenants/{tenant}/runs/{run}/journal", guarded(this::journal))
            .asking("all", "values", "limit", "after"),
        Route.get("/v1/dead-letters", guarded(this::deadLetters))
            .asking("tenant", "agent", "kind", "limit", "after"));
  }

  private static Handler guarded(Handler handler) {
    return request -> {
      try {
        return handler.handle(request);
      } catch (InvalidStateStoreException e) {
        throw Problem.unavailable("the catalog is still reading its topics");
      } catch (JournalUnavailableException e) {
        throw Problem.unavailable(String.valueOf(e.getMessage()));
      }
    };
  }

  static String tenantOf(Request request) {
    var tenant = request.parameter("tenant");
    require(Names.tenantProblem(tenant));
    return tenant;
  }

  private static String runOf(Request request) {
    var run = request.parameter("run");
    require(Names.anyRunIdProblem(run));
    return run;
  }

  private static void require(Optional<String> problem) {
    if (problem.isPresent()) {
      throw Problem.badRequest(problem.get());
    }
  }

  private Answer tenants(Request request) throws InterruptedException {
    long now = System.currentTimeMillis();
    int limit = limit(request);
    var after = after(request);
    return read(request, () -> queries.tenants(limit, after, now));
  }

  private Answer tenant(Request request) {
    var name = tenantOf(request);
    long now = System.currentTimeMillis();
    var json = queries.tenant(name, now).put("full", waiters.refusals().isFresh(name, now));
    var at = json.path(PublicJson.LIMITS_AT);
    return at.isMissingNode() ? send(json) : send(json).with("ETag", "\"" + at.asText() + "\"");
  }

  private Answer run(Request request) throws InterruptedException {
    var tenant = tenantOf(request);
    var runId = runOf(request);
    var wait = wait(request);
    // Asked first: what the gate passes from here on the view below may lack.
    boolean onItsWay = isOnItsWay(request);
    int redrive = redrive(request);
    if (wait.isZero()) {
      return answer(request, known(tenant, runId, onItsWay), onItsWay);
    }
    var ended = waiters.await(tenant, runId);
    try {
      var view = known(tenant, runId, onItsWay);
      if (view == null || !view.hasEnded(redrive)) {
        view = ended.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      }
      return answer(request, view, onItsWay);
    } catch (TimeoutException e) {
      return answer(request, queries.run(tenant, runId), onItsWay);
    } catch (ExecutionException | CancellationException stops) {
      // How it stands now, with the advice to ask again.
      return answer(request, queries.run(tenant, runId), onItsWay).with("Retry-After", "1");
    } finally {
      ended.cancel(false);
    }
  }

  static Problem notAPlace(String at) {
    return Problem.badRequest("at must be <topic>-<partition>-<offset>, got " + Texts.quoted(at));
  }

  /** The run, unless what is known of it is the refusal of an earlier submission under its id. */
  private @Nullable RunView known(String tenant, String runId, boolean onItsWay) {
    var view = queries.run(tenant, runId);
    return onItsWay && view != null && view.isRefusedForNow() ? null : view;
  }

  /** Answers from the stores; what is read at once, and what waits to be sent, is bounded. */
  private Answer read(Request request, Supplier<ObjectNode> query) throws InterruptedException {
    reads.acquire();
    try {
      var answer = send(query.get());
      request.hold(answer.body().length);
      return answer;
    } finally {
      reads.release();
    }
  }

  private Answer answer(Request request, @Nullable RunView view, boolean onItsWay)
      throws InterruptedException {
    if (view != null && view.isKnown()) {
      return read(request, () -> queries.withChildren(view));
    }
    var tenant = tenantOf(request);
    var runId = runOf(request);
    if (view == null && !onItsWay) {
      throw unknown(tenant, runId);
    }
    var json = PublicJson.JSON.createObjectNode();
    return send(json.put("run_id", runId).put("tenant", tenant).put("status", "SUBMITTED"));
  }

  private static Problem unknown(String tenant, String runId) {
    return Problem.notFound("no run " + runId + " of tenant " + tenant + " is known");
  }

  private boolean isOnItsWay(Request request) {
    var at = query(request, "at");
    if (at == null) {
      return false;
    }
    var place = SubmissionPlace.parse(at);
    if (place == null) {
      throw notAPlace(at);
    }
    return !queries.hasPassed(place);
  }

  /** From which redrive on an end is waited for; a redrive's answer tells. */
  private static int redrive(Request request) {
    var text = query(request, "redrive");
    if (text == null) {
      return 0;
    }
    if (!text.matches("\\d{1,6}")) {
      throw Problem.badRequest("redrive must be a number of redrives, got " + Texts.quoted(text));
    }
    return Integer.parseInt(text);
  }

  static Duration wait(Request request) {
    var text = query(request, "wait");
    if (text == null) {
      return Duration.ZERO;
    }
    try {
      var wait = Duration.parse(text);
      if (wait.isNegative() || wait.compareTo(MAX_WAIT) > 0) {
        throw Problem.badRequest("wait must be PT0S to PT60S, got " + text);
      }
      return wait;
    } catch (DateTimeParseException e) {
      throw Problem.badRequest("wait must be an ISO-8601 duration, got " + Texts.quoted(text));
    }
  }

  private Answer runs(Request request) throws InterruptedException {
    var tenant = tenantOf(request);
    var filter = filter(request);
    int limit = limit(request);
    var after = after(request);
    return read(request, () -> queries.runs(tenant, filter, limit, after));
  }

  private static RunFilter filter(Request request) {
    var status = query(request, "status");
    if (status != null && !STATUSES.contains(status)) {
      throw Problem.badRequest(
          "status must be one of " + STATUSES + ", got " + Texts.quoted(status));
    }
    var label = query(request, "label");
    if (label != null && label.indexOf(':') < 1) {
      throw Problem.badRequest("label must be key:value, got " + Texts.quoted(label));
    }
    return new RunFilter(
        query(request, "parent"), query(request, "root"), status, query(request, "agent"), label);
  }

  static int limit(Request request) {
    var text = query(request, "limit");
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    if (!text.matches("\\d{1,4}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > MAX_LIMIT) {
      throw Problem.badRequest("limit must be 1 to " + MAX_LIMIT + ", got " + Texts.quoted(text));
    }
    return Integer.parseInt(text);
  }

  static @Nullable String after(Request request) {
    var cursor = query(request, "after");
    try {
      return cursor == null ? null : Cursors.read(cursor);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(
          "after must be the next of a page, got " + Texts.quoted(String.valueOf(cursor)));
    }
  }

  private Answer journal(Request request) throws InterruptedException {
    var tenant = tenantOf(request);
    var runId = runOf(request);
    boolean all = flag(request, "all");
    boolean values = flag(request, "values");
    var view = queries.run(tenant, runId);
    if (view == null || !view.isKnown()) {
      throw unknown(tenant, runId);
    }
    int limit = limit(request);
    var after = after(request);
    return read(
        request,
        () ->
            values
                ? journals.pageWithValues(tenant, runId, all, limit, after, journal)
                : journals.page(tenant, runId, all, limit, after));
  }

  private static boolean flag(Request request, String name) {
    var text = query(request, name);
    if (text != null && !text.equals("true") && !text.equals("false")) {
      throw Problem.badRequest(name + " must be true or false, got " + Texts.quoted(text));
    }
    return Boolean.parseBoolean(text);
  }

  private Answer deadLetters(Request request) throws InterruptedException {
    var after = after(request);
    if (after != null && !after.matches("\\d{5}-\\d{19}")) {
      throw Problem.badRequest(
          "after must be the next of a page, got "
              + Texts.quoted(String.valueOf(query(request, "after"))));
    }
    var wanted = letters(request);
    int limit = limit(request);
    return read(request, () -> queries.deadLetters(wanted, limit, after));
  }

  private static Predicate<JsonNode> letters(Request request) {
    var wanted = new HashMap<String, String>();
    for (var field : List.of("tenant", "agent", "kind")) {
      var value = query(request, field);
      if (value != null) {
        wanted.put(field, value);
      }
    }
    return letter ->
        wanted.entrySet().stream()
            .allMatch(one -> letter.path(one.getKey()).asText().equals(one.getValue()));
  }

  private static @Nullable String query(Request request, String name) {
    return request.query(name);
  }

  static Answer send(ObjectNode json) {
    return Answer.json(200, json.toString());
  }
}
