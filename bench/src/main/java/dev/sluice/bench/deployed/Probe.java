package dev.sluice.bench.deployed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a process whether it is ready. */
final class Probe {
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final long PAUSE_MS = 10;
  private static final int OK = 200;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private Probe() {}

  /** Returns when {@code /readyz} says so. */
  static void awaitReady(String url) throws InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url + "/readyz")).build();
    long until = System.nanoTime() + WITHIN.toNanos();
    while (System.nanoTime() < until) {
      try {
        if (HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK) {
          return;
        }
      } catch (IOException notYet) {
        // asked again
      }
      Thread.sleep(PAUSE_MS);
    }
    throw new IllegalStateException(url + " is not ready after " + WITHIN);
  }
}
