package dev.sluice.gateway;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the catalogs every second whether they are ready. */
final class CatalogHealth implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int OK = 200;

  private final List<URI> addresses;
  private final HttpClient http;
  private final Duration within;
  private final Thread asking;
  private volatile Optional<String> whyNot = Optional.of("no catalog was asked yet");

  CatalogHealth(List<URI> addresses, HttpClient http, Duration within) {
    this.addresses = List.copyOf(addresses);
    this.http = http;
    this.within = within;
    asking = Thread.ofVirtual().name("catalog-health").start(this::ask);
  }

  /** Why no catalog is ready; empty if one is. */
  Optional<String> whyNot() {
    return whyNot;
  }

  private void ask() {
    try {
      while (true) {
        whyNot = askAll();
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<String> askAll() throws InterruptedException {
    var problems = new ArrayList<String>();
    for (var address : addresses) {
      var problem = problem(address);
      if (problem.isEmpty()) {
        return problem;
      }
      problem.ifPresent(problems::add);
    }
    return Optional.of(
        "reads, waits and commands fail, submissions do not: " + String.join("; ", problems));
  }

  private Optional<String> problem(URI address) throws InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(address + "/readyz")).build();
    var sent = http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      int status = sent.get(within.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      return status == OK
          ? Optional.empty()
          : Optional.of("the catalog at " + address + " is not ready");
    } catch (TimeoutException e) {
      sent.cancel(true);
      return Optional.of("the catalog at " + address + " does not answer within " + within);
    } catch (ExecutionException e) {
      return Optional.of("the catalog at " + address + " cannot be reached");
    }
  }

  @Override
  public void close() {
    asking.interrupt();
  }
}
