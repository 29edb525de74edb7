package dev.sluice.schemas.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A registry's answer.
 *
 * @param isCut whether there was more than anybody reads
 */
record RegistryAnswer(URI uri, int status, String body, boolean isCut) {
  /** A schema's text is escaped in it, and may be twice as long as what is read of one. */
  private static final int MAX_BYTES = 512 * 1024;

  private record Bytes(byte[] all, boolean isCut) {}

  /**
   * Asks, and waits no longer than {@code timeout} for the whole of the answer.
   *
   * @throws IOException if none came
   */
  static RegistryAnswer to(HttpClient http, HttpRequest request, Duration timeout)
      throws IOException, InterruptedException {
    var answer = http.sendAsync(request, head -> new Limited());
    try {
      var whole = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      var text = new String(whole.body().all(), StandardCharsets.UTF_8);
      return new RegistryAnswer(request.uri(), whole.statusCode(), text, whole.body().isCut());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + timeout);
    } finally {
      answer.cancel(true);
    }
  }

  /** Reads up to the bound and then no more. */
  private static final class Limited implements HttpResponse.BodySubscriber<Bytes> {
    private final CompletableFuture<Bytes> read = new CompletableFuture<>();
    private final ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
    private Flow.@Nullable Subscription subscription;

    @Override
    public CompletionStage<Bytes> getBody() {
      return read;
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
      subscription = to;
      to.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (var part : parts) {
        if (read.isDone()) {
          return;
        }
        if (part.remaining() > bytes.remaining()) {
          finish(true);
          if (subscription != null) {
            subscription.cancel();
          }
          return;
        }
        bytes.put(part);
      }
    }

    @Override
    public void onError(Throwable failure) {
      read.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      finish(false);
    }

    private void finish(boolean isCut) {
      byte[] all = new byte[bytes.position()];
      bytes.flip().get(all);
      read.complete(new Bytes(all, isCut));
    }
  }
}
