package dev.sluice.gateway.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.Names;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Reply;
import dev.sluice.http.message.Request;
import dev.sluice.http.message.Streamed;
import dev.sluice.http.route.Route;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.TenantPartitions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The HTTP API of what happens to runs: events and output, as they come about. */
public final class EventApi implements AutoCloseable {
  /** What a gateway knows otherwise. */
  public interface Around {
    /** Why topics cannot be read yet; empty if they can. */
    Optional<String> whyNotReady();

    /** How many partitions the gate has, once it is ready. */
    int partitions();

    /**
     * What a catalog knows of a run.
     *
     * @param at where its submission lies, so that a run is known that has just been submitted
     * @throws Problem as the catalog answers, such as 404
     */
    JsonNode run(String tenant, String run, @Nullable String at) throws InterruptedException;
  }

  private static final String LAST = "last-event-id";
  private static final Map<String, String> HEADERS =
      Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no");

  /** A catalog may be behind, and brokers' clocks may differ. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private static final Duration JOIN = Duration.ofSeconds(10);
  private static final Set<Source> OF_TENANTS = Set.of(Source.DECISIONS, Source.COMPLETIONS);
  private static final Set<Source> OF_RUNS = Set.of(Source.values());

  private final Around around;
  private final Streams streams;
  private final Records records;
  private final Present present;
  private final Past past;

  /**
   * Serves streams; reads nothing before there is one.
   *
   * @param kafka what consumers are made with
   */
  public EventApi(
      Map<String, String> kafka,
      String prefix,
      SluiceSerdes serdes,
      StreamLimits limits,
      Around around,
      MeterRegistry registry) {
    this.around = around;
    records = new Records(kafka, prefix, serdes);
    past = new Past(records, records.consumer(), this::join);
    present = new Present(records, records.consumer(), past::tell);
    streams = new Streams(limits, new EventMeasures(registry), present::leave);
    past.start();
    present.start();
  }

  private void join(Cursor cursor) {
    present.join(cursor);
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v1/tenants/{tenant}/runs/{run}/events", this::events).asking("at"),
        Route.get("/v1/tenants/{tenant}/runs/{run}/output", this::output).asking("at", "follow"),
        Route.get("/v1/tenants/{tenant}/events", this::tenantEvents));
  }

  // --- requests

  private Reply events(Request request) throws InterruptedException {
    var tenant = tenant(request);
    var run = run(request);
    var last = request.header(LAST);
    var id = last == null ? null : ResumeId.read(last, EventStream.scope(tenant, run));
    if (id != null && id.ended()) {
      return Answer.empty(204); // tells an EventSource not to come back
    }
    var slot = open(tenant, run);
    return streamed(
        slot,
        "text/event-stream",
        () -> {
          if (id != null) {
            resume(slot.feed(), id);
            return new EventStream(slot.feed(), RunProgress.behind(id), null, slot);
          }
          var begun = begin(slot.feed(), run, request.query("at"));
          return new EventStream(slot.feed(), begun.progress(), Events.state(begun.run()), slot);
        });
  }

  private Reply output(Request request) throws InterruptedException {
    var run = run(request);
    boolean follow = follow(request.query("follow"));
    var slot = open(tenant(request), run);
    return streamed(
        slot,
        "application/octet-stream",
        () -> {
          var begun = begin(slot.feed(), run, request.query("at"));
          return new OutputText(slot.feed(), begun.progress(), slot, follow);
        });
  }

  private Reply tenantEvents(Request request) throws InterruptedException {
    var tenant = tenant(request);
    var last = request.header(LAST);
    var id = last == null ? null : ResumeId.read(last, EventStream.scope(tenant, null));
    var slot = open(tenant, null);
    return streamed(
        slot,
        "text/event-stream",
        () -> {
          for (var source : OF_TENANTS) {
            long from = id == null ? Cursor.NOW : id.next().getOrDefault(source, Cursor.NOW);
            present.join(Cursor.at(slot.feed(), source, partition(slot.feed(), source), from));
          }
          var progress =
              id == null
                  ? RunProgress.begin().from(awaitBeginning(slot.feed(), OF_TENANTS))
                  : RunProgress.behind(id);
          return new EventStream(slot.feed(), progress, null, slot);
        });
  }

  private static boolean follow(@Nullable String value) {
    return switch (value) {
      case null -> true;
      case "true" -> true;
      case "false" -> false;
      default -> throw Problem.badRequest("follow must be true or false");
    };
  }

  private static String tenant(Request request) {
    return named(request.parameter("tenant"), Names.tenantProblem(request.parameter("tenant")));
  }

  private static String run(Request request) {
    return named(request.parameter("run"), Names.anyRunIdProblem(request.parameter("run")));
  }

  private static String named(String name, Optional<String> problem) {
    problem.ifPresent(
        what -> {
          throw Problem.badRequest(what);
        });
    return name;
  }

  private Streams.Slot open(String tenant, @Nullable String run) {
    around
        .whyNotReady()
        .ifPresent(
            why -> {
              throw Problem.unavailable(why);
            });
    return streams.open(tenant, run);
  }

  private interface Opening {
    Streamed.Body body() throws InterruptedException;
  }

  /** A place that is not used is given back. */
  private static Streamed streamed(Streams.Slot slot, String type, Opening opening)
      throws InterruptedException {
    boolean opened = false;
    try {
      var answer = new Streamed(type, HEADERS, opening.body());
      opened = true;
      return answer;
    } finally {
      if (!opened) {
        slot.close();
      }
    }
  }

  // --- where a stream begins

  private org.apache.kafka.common.TopicPartition partition(Feed feed, Source source) {
    return records.partition(source, TenantPartitions.of(feed.tenant(), around.partitions()));
  }

  private record Begun(JsonNode run, RunProgress progress) {}

  /**
   * A catalog is asked how the run stands. It may be behind, so decisions are told from before:
   * none is missed, and some come again. What the run has emitted is read from when it started.
   */
  private Begun begin(Feed feed, String run, @Nullable String at) throws InterruptedException {
    var nowMs = System.currentTimeMillis();
    var known = around.run(feed.tenant(), run, at);
    var progress = RunProgress.begin(known.path("redrive").asInt(), wasAccepted(known));
    var ended = Ended.of(known);
    if (ended == null) {
      since(feed, Source.DECISIONS, nowMs);
    } else {
      progress.ends(ended, System.nanoTime());
      join(Cursor.at(feed, Source.DECISIONS, partition(feed, Source.DECISIONS), Cursor.NOW));
    }
    since(feed, Source.COMPLETIONS, Math.min(nowMs, time(known, "completed_at", nowMs)));
    since(feed, Source.OUTPUTS, Math.min(nowMs, time(known, "started_at", nowMs)));
    return new Begun(known, progress.from(awaitBeginning(feed, OF_RUNS)));
  }

  /** Of a run that was only refused, the catalog has the refusal, and that one says so. */
  private static boolean wasAccepted(JsonNode run) {
    return run.hasNonNull("submitted_at") && !run.path("retryable").asBoolean();
  }

  /** Each event can have an id, and what happens when the caller has its answer is told to it. */
  private static Map<Source, Long> awaitBeginning(Feed feed, Set<Source> sources)
      throws InterruptedException {
    var begins = feed.awaitBeginning(sources, JOIN);
    if (!begins.keySet().containsAll(sources)) {
      throw Problem.unavailable("Kafka does not answer; try again in a second");
    }
    return begins;
  }

  private static long time(JsonNode run, String field, long otherwiseMs) {
    return run.hasNonNull(field)
        ? Instant.parse(run.path(field).asText()).toEpochMilli()
        : otherwiseMs;
  }

  private void since(Feed feed, Source source, long ms) {
    present.join(Cursor.since(feed, source, partition(feed, source), ms - SLACK.toMillis()));
  }

  private void resume(Feed feed, ResumeId id) {
    for (var source : Source.values()) {
      long from = id.next().getOrDefault(source, Cursor.NOW);
      present.join(Cursor.at(feed, source, partition(feed, source), from));
    }
  }

  /** Ends all streams, so that their callers go on at another gateway. */
  public void endStreams() {
    streams.stop();
  }

  @Override
  public void close() {
    endStreams();
    present.close();
    past.close();
  }
}
