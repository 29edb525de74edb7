package dev.sluice.gateway;

import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Request;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls to the catalogs, one after the other until one answers, within one time for all; one that
 * failed a moment ago is asked last. The only place where calls to catalogs have time-outs.
 */
final class CatalogCalls {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogCalls.class);
  private static final long SUSPECT_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long LARGEST = 16L * 1024 * 1024;
  private static final List<String> PASSED_ON = List.of("Retry-After", "ETag");
  private static final int SERVER_ERROR = 500;
  private static final int UNAUTHORIZED = 401;
  private static final int UNAVAILABLE = 503;

  /** A catalog's answer. */
  record Reply(int status, String contentType, Map<String, String> headers, byte[] body) {
    Answer answer() {
      return new Answer(status, contentType, headers, body);
    }
  }

  private final List<URI> addresses;
  private final String token;
  private final HttpClient http;
  private final Duration within;
  private final Map<URI, Long> failedAt = new ConcurrentHashMap<>();
  private final Set<Runnable> waits = ConcurrentHashMap.newKeySet();
  private volatile boolean ending;

  CatalogCalls(List<URI> addresses, String token, HttpClient http, Duration within) {
    this.addresses = List.copyOf(addresses);
    this.token = token;
    this.http = http;
    this.within = within;
  }

  /**
   * Asks.
   *
   * @param holding told how many bytes an answer has before they are read
   * @return the first catalog's answer that has one; where none has, 503 as the last one says why
   * @throws Problem 503 if no catalog answers in time
   */
  Reply get(String pathAndQuery, LongConsumer holding) throws InterruptedException {
    long until = System.nanoTime() + within.toNanos();
    Reply refused = null;
    for (var address : leastSuspectFirst()) {
      var left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
      var reply = reply(address, send(address, pathAndQuery, holding), left);
      if (reply != null && reply.status() < SERVER_ERROR) {
        return reply;
      }
      refused = reply != null && reply.status() == UNAVAILABLE ? reply : refused;
    }
    if (refused == null) {
      throw unavailable();
    }
    return refused;
  }

  /**
   * The same for a request that waits for its run. When waits are ended the answer is how the run
   * stands, with the advice to ask again.
   */
  Reply await(Request request, Duration wait) throws InterruptedException {
    var reply = tryAwait(request.pathAndQuery(), request::hold, wait);
    if (reply != null) {
      return reply;
    }
    if (!ending) {
      throw unavailable();
    }
    var now = get(request.pathAndQueryWithout("wait"), request::hold);
    return new Reply(now.status(), now.contentType(), Map.of("Retry-After", "1"), now.body());
  }

  /** An answer that may take so long; null if no catalog gives one, or waits are ended. */
  @Nullable Reply tryAwait(String pathAndQuery, LongConsumer holding, Duration wait)
      throws InterruptedException {
    for (var address : leastSuspectFirst()) {
      if (ending) {
        break;
      }
      var sent = send(address, pathAndQuery, holding);
      Runnable cancel = () -> sent.cancel(true);
      waits.add(cancel);
      if (ending) {
        cancel.run();
      }
      try {
        var reply = reply(address, sent, wait.plus(within));
        if (reply != null && reply.status() < SERVER_ERROR) {
          return reply;
        }
      } finally {
        waits.remove(cancel);
      }
    }
    return null;
  }

  void endWaits() {
    ending = true;
    waits.forEach(Runnable::run);
  }

  private static Problem unavailable() {
    return Problem.unavailable("no catalog answers; submissions do not need one");
  }

  private List<URI> leastSuspectFirst() {
    long now = System.nanoTime();
    return addresses.stream()
        .sorted(Comparator.comparing(address -> isSuspect(address, now)))
        .toList();
  }

  private boolean isSuspect(URI address, long now) {
    var at = failedAt.get(address);
    return at != null && now - at < SUSPECT_NANOS;
  }

  private CompletableFuture<HttpResponse<byte[]>> send(
      URI address, String pathAndQuery, LongConsumer holding) {
    var request = HttpRequest.newBuilder(URI.create(address + pathAndQuery));
    if (!token.isEmpty()) {
      request.setHeader("Authorization", "Bearer " + token);
    }
    return http.sendAsync(
        request.build(),
        head -> {
          long length = head.headers().firstValueAsLong("content-length").orElse(LARGEST + 1);
          if (length > LARGEST) {
            throw Problem.unavailable("the catalog's answer has more than " + LARGEST + " bytes");
          }
          holding.accept(length);
          return HttpResponse.BodySubscribers.ofByteArray();
        });
  }

  /** Null if it did not answer. */
  private @Nullable Reply reply(
      URI address, CompletableFuture<HttpResponse<byte[]>> sent, Duration left)
      throws InterruptedException {
    try {
      var answer = sent.get(left.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() == UNAUTHORIZED) {
        tellOfToken(address);
        return null; // not the caller's own credentials are wrong
      }
      if (answer.statusCode() < SERVER_ERROR) {
        failedAt.remove(address);
      } else {
        failedAt.put(address, System.nanoTime());
      }
      var type = answer.headers().firstValue("content-type").orElse(Answer.JSON);
      return new Reply(answer.statusCode(), type, passedOn(answer.headers()), answer.body());
    } catch (ExecutionException e) {
      throwIfProblem(e);
    } catch (TimeoutException | CancellationException e) {
      sent.cancel(true);
    }
    if (!ending) {
      failedAt.put(address, System.nanoTime());
    }
    return null;
  }

  private void tellOfToken(URI address) {
    if (failedAt.put(address, System.nanoTime()) == null) {
      LOG.error("The catalog at {} does not take this gateway's catalog.token", address);
    }
  }

  private static Map<String, String> passedOn(HttpHeaders headers) {
    var passed = new LinkedHashMap<String, String>();
    for (var name : PASSED_ON) {
      headers.firstValue(name).ifPresent(value -> passed.put(name, value));
    }
    return passed;
  }

  private static void throwIfProblem(ExecutionException failure) {
    Throwable cause = failure;
    while (cause != null) {
      if (cause instanceof Problem problem) {
        throw problem;
      }
      cause = cause.getCause();
    }
  }
}
