package dev.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import dev.sluice.v1.RunCommand;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Reads, which go to the catalogs. */
final class Catalogs implements AutoCloseable {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MAX_TENANTS_SEEN = 100_000;
  private static final int MAX_LOOKS = 32;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Seen(boolean full, long atNanos) {}

  private final CatalogCalls calls;
  private final CatalogHealth health;
  private final Map<String, Seen> queues = new ConcurrentHashMap<>();
  private final ExecutorService lookers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore looks = new Semaphore(MAX_LOOKS);

  /**
   * Reads from catalogs.
   *
   * @param token shown to them; empty for none
   * @param within longest time that all together may take for an answer
   */
  Catalogs(List<URI> addresses, String token, Duration within) {
    var http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(within).build();
    calls = new CatalogCalls(addresses, token, http, within);
    health = new CatalogHealth(addresses, http, within);
  }

  /**
   * Reads at a catalog.
   *
   * @throws Problem 503 if none answers in time
   */
  CatalogCalls.Reply get(String pathAndQuery) throws InterruptedException {
    return calls.get(pathAndQuery, bytes -> {});
  }

  /** Reads what a request asks for, and waits if it does. */
  Answer forward(Request request) throws InterruptedException {
    var wait = wait(request.query("wait"));
    var reply =
        wait.isZero()
            ? calls.get(request.pathAndQuery(), request::hold)
            : calls.await(request, wait);
    return reply.answer();
  }

  /** What the gate decided on a command; null if that is not known within {@code wait}. */
  @Nullable JsonNode decision(RunCommand command, Duration wait) throws InterruptedException {
    var path =
        "/v1/tenants/%s/commands?id=%s&wait=%s"
            .formatted(encoded(command.getTenant()), encoded(command.getCommandId()), wait);
    return decision(path, wait);
  }

  /** What the gate decided on a submission; null if that is not known within {@code wait}. */
  @Nullable JsonNode decision(String tenant, String place, Duration wait)
      throws InterruptedException {
    return decision(
        "/v1/tenants/%s/submissions?at=%s&wait=%s".formatted(encoded(tenant), place, wait), wait);
  }

  /** What the gate decided on a tenant's limits; null if that is not known within {@code wait}. */
  @Nullable JsonNode decisionOnLimits(String tenant, String place, Duration wait)
      throws InterruptedException {
    return decision(
        "/v1/tenants/%s/limits?at=%s&wait=%s".formatted(encoded(tenant), place, wait), wait);
  }

  private @Nullable JsonNode decision(String path, Duration wait) throws InterruptedException {
    var reply = calls.tryAwait(path, bytes -> {}, wait);
    try {
      return reply == null || reply.status() != OK ? null : JSON.readTree(reply.body());
    } catch (IOException e) {
      return null;
    }
  }

  /** What a catalog knows of a run: empty for nothing; fails if none answers, or too many ask. */
  CompletableFuture<Optional<JsonNode>> ask(String tenant, String run) {
    var answer = new CompletableFuture<Optional<JsonNode>>();
    if (!looks.tryAcquire()) {
      answer.completeExceptionally(Problem.unavailable("too many requests to the catalogs"));
      return answer;
    }
    lookers.execute(
        () -> {
          try {
            var reply = get("/v1/tenants/" + encoded(tenant) + "/runs/" + encoded(run));
            switch (reply.status()) {
              case OK -> answer.complete(Optional.of(JSON.readTree(reply.body())));
              case NOT_FOUND -> answer.complete(Optional.empty());
              default -> answer.completeExceptionally(Problem.unavailable("no catalog can answer"));
            }
          } catch (InterruptedException | IOException | RuntimeException e) {
            answer.completeExceptionally(e);
          } finally {
            looks.release();
          }
        });
    return answer;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What is malformed is zero here: the catalog says so without waiting. */
  private static Duration wait(@Nullable String text) {
    try {
      return text == null ? Duration.ZERO : Duration.parse(text);
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }

  /** Why reads fail; empty if they do not. */
  Optional<String> whyNot() {
    return health.whyNot();
  }

  /** Ends all waits: each is told how its run stands now. */
  void endWaits() {
    calls.endWaits();
  }

  /**
   * Whether the tenant's queue was full when it was looked at last; looks again in the background,
   * so that no submission waits for it.
   */
  boolean isQueueFull(String tenant) {
    var seen = queues.get(tenant);
    boolean fresh = seen != null && System.nanoTime() - seen.atNanos() <= FRESH_NANOS;
    if (!fresh && looks.tryAcquire()) {
      if (queues.size() >= MAX_TENANTS_SEEN) {
        queues.clear(); // anybody may name a tenant; what is forgotten is looked at again
      }
      queues.put(tenant, new Seen(seen != null && seen.full(), System.nanoTime()));
      lookers.execute(() -> look(tenant));
    }
    return seen != null && seen.full();
  }

  private void look(String tenant) {
    try {
      var name = URLEncoder.encode(tenant, StandardCharsets.UTF_8);
      var answer = get("/v1/tenants/" + name);
      boolean full = answer.status() == OK && isFull(JSON.readTree(answer.body()));
      queues.put(tenant, new Seen(full, System.nanoTime()));
    } catch (IOException | Problem e) {
      queues.put(tenant, new Seen(false, System.nanoTime()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      looks.release();
    }
  }

  private static boolean isFull(JsonNode tenant) {
    if (tenant.path("full").asBoolean()) {
      return true;
    }
    var bound = tenant.path("limits").get("max_queued");
    return bound != null
        && bound.isInt()
        && tenant.path("held").asInt() + tenant.path("ready").asInt() >= bound.intValue();
  }

  @Override
  public void close() {
    lookers.shutdownNow();
    health.close();
  }
}
