package dev.sluice.topology.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Texts;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Route;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.query.SubmissionPlace;
import dev.sluice.topology.catalog.view.PublicJson;
import dev.sluice.topology.catalog.waiting.GateAnswers;
import dev.sluice.topology.catalog.waiting.Waiters;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Tells whoever sent something what the gate decided on it; 404 if that is not known in time. */
final class DecisionsApi {
  private static final Pattern LIMITS_PLACE =
      Pattern.compile(Topics.TENANTS + "-\\d{1,9}-\\d{1,18}");

  private final Waiters waiters;

  DecisionsApi(Waiters waiters) {
    this.waiters = waiters;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/tenants/{tenant}/commands", this::command).asking("id", "wait"),
        Route.get("/v1/tenants/{tenant}/limits", this::limits).asking("at", "wait"),
        Route.get("/v1/tenants/{tenant}/submissions", this::submission).asking("at", "wait"));
  }

  private Answer command(Request request) throws InterruptedException {
    var tenant = CatalogApi.tenantOf(request);
    var id = request.query("id");
    if (id == null || id.isEmpty()) {
      throw Problem.badRequest("id is missing: the command_id of a command");
    }
    var said = decision(request, waiters.commands().await(tenant, id), "command " + id);
    return CatalogApi.send(said.put("command_id", id));
  }

  private Answer limits(Request request) throws InterruptedException {
    var tenant = CatalogApi.tenantOf(request);
    var at = request.query("at");
    if (at == null || !LIMITS_PLACE.matcher(at).matches()) {
      throw CatalogApi.notAPlace(at == null ? "" : at);
    }
    var said = decision(request, waiters.limits().await(tenant, at), "the limits at " + at);
    said.remove("run_id");
    return CatalogApi.send(said.put("tenant", tenant).put("at", at));
  }

  private Answer submission(Request request) throws InterruptedException {
    var tenant = CatalogApi.tenantOf(request);
    var at = request.query("at");
    if (at == null || SubmissionPlace.parse(at) == null) {
      throw CatalogApi.notAPlace(at == null ? "" : at);
    }
    var answer = waiters.submissions().await(tenant, at);
    return CatalogApi.send(decision(request, answer, "the submission at " + at));
  }

  private static ObjectNode decision(
      Request request, CompletableFuture<GateAnswers.Said> answer, String on)
      throws InterruptedException {
    try {
      var said = answer.get(CatalogApi.wait(request).toMillis(), TimeUnit.MILLISECONDS);
      var json = PublicJson.JSON.createObjectNode();
      json.put("run_id", said.runId()).put("decision", said.kind());
      return json.put("reason", said.reason());
    } catch (TimeoutException | ExecutionException | CancellationException e) {
      throw Problem.notFound("nothing was decided on " + Texts.quoted(on) + " just now");
    } finally {
      answer.cancel(false);
    }
  }
}
