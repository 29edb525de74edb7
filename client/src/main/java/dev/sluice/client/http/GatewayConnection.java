package dev.sluice.client.http;

import dev.sluice.client.SluiceException;
import dev.sluice.client.SluiceException.Problem;
import dev.sluice.contract.Secrets;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a gateway, and asks again where that is safe. Safe for use by any number of threads; keeps
 * connections open between requests.
 */
public final class GatewayConnection implements AutoCloseable {
  private final HttpOptions options;
  private final HttpClient http;
  private final String base;
  private final String shown;
  private volatile boolean isClosed;

  /** Connects at the first request. */
  public GatewayConnection(HttpOptions options) {
    this.options = options;
    var text = options.gateway().toString();
    this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    this.shown = Secrets.masked(text);
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(options.connectWithin());
    if (options.tls() != null) {
      builder.sslContext(options.tls());
    }
    this.http = builder.build();
  }

  /** What came of one try: an answer, or why there is none. */
  private record Try(@Nullable ApiAnswer answer, @Nullable Throwable failure) {
    /** Whether the gateway cannot have seen the request. */
    boolean isUnsent() {
      return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
    }

    /** Whether another try may succeed where this one did not. */
    boolean isPassing() {
      if (answer == null) {
        return failure instanceof IOException && !(failure instanceof BoundedBody.TooLong);
      }
      return switch (answer.status()) {
        case 408, 429, 502, 503, 504 -> true;
        default -> false;
      };
    }
  }

  /**
   * Sends a request, and again after what passes, as the options say.
   *
   * @throws SluiceException if the answer is an error, or there is none
   */
  public ApiAnswer send(ApiRequest request) {
    long firstFailedNs = 0;
    for (int tries = 1; ; tries++) {
      var one = once(request);
      if (tries == 1) {
        firstFailedNs =
            System.nanoTime(); // before it, a gateway may have waited as it was asked to
      }
      if (one.answer() != null && !one.answer().isError()) {
        return one.answer();
      }
      var pause = pause(request, one, tries, Duration.ofNanos(System.nanoTime() - firstFailedNs));
      if (pause == null) {
        throw failure(one);
      }
      sleep(pause);
    }
  }

  /** How long to pause before another try; null if there is none. */
  private @Nullable Duration pause(ApiRequest request, Try one, int tries, Duration passed) {
    boolean again = one.isPassing() && (request.isRepeatable() || one.isUnsent());
    if (!again || isClosed) {
      return null;
    }
    var asked = one.answer() == null ? null : one.answer().retryAfter();
    return options.retries().pause(tries, passed, asked, ThreadLocalRandom.current().nextDouble());
  }

  private Try once(ApiRequest request) {
    if (isClosed) {
      throw unavailable("the client is closed", null);
    }
    var answer = http.sendAsync(made(request), info -> new BoundedBody(options.maxAnswerBytes()));
    try {
      // Longer than the request's own time-out, which does not cover the answer's body.
      long ms = within(request).toMillis();
      var said = answer.get(ms, TimeUnit.MILLISECONDS);
      return new Try(new ApiAnswer(said.statusCode(), said.headers(), said.body()), null);
    } catch (ExecutionException e) {
      return new Try(null, e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Try(null, new IOException("no answer within " + within(request), e));
    } catch (InterruptedException e) {
      throw interrupted(answer, e);
    }
  }

  private SluiceException interrupted(CompletableFuture<?> answer, InterruptedException e) {
    answer.cancel(true);
    Thread.currentThread().interrupt();
    return unavailable("interrupted while waiting for " + shown, e);
  }

  private Duration within(ApiRequest request) {
    return options.answerWithin().plus(request.waits());
  }

  private HttpRequest made(ApiRequest request) {
    byte[] body = request.body();
    var made =
        HttpRequest.newBuilder(URI.create(base + request.path()))
            .method(
                request.method(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    options.headers().get().forEach(made::setHeader);
    made.setHeader("Content-Type", request.contentType());
    made.setHeader("Accept", "application/json, application/problem+json");
    if (request.idempotencyKey() != null) {
      made.setHeader("Idempotency-Key", request.idempotencyKey());
    }
    var condition = request.condition();
    if (condition != null) {
      made.setHeader(condition.header(), condition.value());
    }
    return made.build();
  }

  private SluiceException failure(Try one) {
    if (one.answer() != null) {
      return SluiceException.of(Problems.of(one.answer()), null);
    }
    var failure = one.failure();
    if (failure instanceof BoundedBody.TooLong) {
      return unavailable(shown + ": " + failure.getMessage(), failure);
    }
    if (one.isUnsent()) {
      return unavailable("no gateway answers at " + shown, failure);
    }
    return unavailable(
        "the gateway at %s did not answer, and may have done it: %s".formatted(shown, failure),
        failure);
  }

  private static SluiceException unavailable(String detail, @Nullable Throwable cause) {
    return SluiceException.of(Problem.of(0, detail), cause);
  }

  private void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted while waiting for " + shown, e);
    }
  }

  /** Cuts off what is under way. */
  @Override
  public void close() {
    isClosed = true;
    http.shutdownNow();
  }
}
