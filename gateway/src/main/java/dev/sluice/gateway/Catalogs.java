package dev.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Asks the catalogs, one after the other until one answers. */
final class Catalogs implements AutoCloseable {
  /** Longer than the longest wait that a request may ask for. */
  private static final Duration TIMEOUT = Duration.ofSeconds(70);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MAX_TENANTS_SEEN = 100_000;
  private static final int SERVER_ERROR = 500;
  private static final int OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  record Answer(int status, String contentType, byte[] body) {}

  private record Seen(boolean full, long atNanos) {}

  private final List<URI> addresses;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final Map<String, Seen> queues = new ConcurrentHashMap<>();
  private final ExecutorService lookers = Executors.newVirtualThreadPerTaskExecutor();

  Catalogs(List<URI> addresses) {
    this.addresses = List.copyOf(addresses);
  }

  /**
   * Forwards a read.
   *
   * @throws Problem 503 if no catalog answers
   */
  Answer get(String pathAndQuery) {
    for (var address : addresses) {
      try {
        var request =
            HttpRequest.newBuilder(URI.create(address + pathAndQuery)).timeout(TIMEOUT).build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() < SERVER_ERROR) {
          var type = answer.headers().firstValue("content-type").orElse("application/json");
          return new Answer(answer.statusCode(), type, answer.body());
        }
      } catch (IOException e) {
        // The next one may answer.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Problem.unavailable("interrupted while asking a catalog");
      }
    }
    throw Problem.unavailable("no catalog answers");
  }

  /**
   * Whether the tenant's queue was full when it was looked at last; looks again in the background,
   * so that no submission waits for it.
   */
  boolean isQueueFull(String tenant) {
    var seen = queues.get(tenant);
    if (seen == null || System.nanoTime() - seen.atNanos() > FRESH_NANOS) {
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
    }
  }

  private static boolean isFull(JsonNode tenant) {
    var bound = tenant.path("limits").get("max_queued");
    return bound != null
        && bound.isInt()
        && tenant.path("held").asInt() + tenant.path("ready").asInt() >= bound.intValue();
  }

  @Override
  public void close() {
    lookers.shutdownNow();
  }
}
