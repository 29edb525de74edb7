package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.client.SluiceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the events of a run, and goes on behind the last one when the connection breaks off. */
final class EventReader implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int SERVER_ERROR = 500;
  private static final int TOO_MANY = 429;
  private static final int MOST_FAILURES = 30;

  /** Hears events. */
  interface Listener {
    /**
     * An event.
     *
     * @return whether it wants more
     */
    boolean hear(String name, JsonNode data) throws IOException;
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final @Nullable String key;
  private final String run;
  private final Duration pause;
  private @Nullable String last;
  private int failures;

  /**
   * @param pause between two tries
   */
  EventReader(GatewayOptions gateway, String tenant, String run, Duration pause) {
    var base = gateway.url().toString();
    key = gateway.key();
    this.run =
        (base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
            + "/v1/tenants/"
            + encoded(tenant)
            + "/runs/"
            + encoded(run);
    this.pause = pause;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String what) {
    var request = HttpRequest.newBuilder(URI.create(run + what));
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  /** Copies what the run has emitted so far, as bytes. */
  void copyOutput(java.io.OutputStream to) throws IOException, InterruptedException {
    var request = request("/output?follow=false");
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (var body = answer.body()) {
      check(answer.statusCode(), body);
      body.transferTo(to);
    }
  }

  /**
   * Hands over events until the listener wants no more, or there are none.
   *
   * @throws SluiceException if the gateway refuses, or cannot be reached for half a minute
   */
  void follow(Listener listener) throws InterruptedException {
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = readOnce(listener);
      } catch (IOException brokenOff) {
        if (++failures > MOST_FAILURES) {
          throw new SluiceException(0, "no gateway answers: " + brokenOff.getMessage());
        }
      }
      if (goesOn) {
        Thread.sleep(pause);
      }
    }
  }

  /** Reads one answer to its end; whether another has to follow. */
  private boolean readOnce(Listener listener) throws IOException, InterruptedException {
    var request = request("/events");
    if (last != null) {
      request.header("Last-Event-ID", last);
    }
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (var body = answer.body()) {
      if (answer.statusCode() == NO_CONTENT) {
        return false;
      }
      check(answer.statusCode(), body);
      failures = 0;
      return hearAll(
          new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)), listener);
    }
  }

  private static void check(int status, InputStream body) throws IOException {
    if (status == OK) {
      return;
    }
    if (status >= SERVER_ERROR || status == TOO_MANY) {
      throw new IOException("HTTP " + status);
    }
    throw new SluiceException(status, JSON.readTree(body).path("detail").asText("HTTP " + status));
  }

  private boolean hearAll(BufferedReader lines, Listener listener) throws IOException {
    var name = "message";
    var data = new StringBuilder();
    String id = null;
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty() && data.length() > 0) {
        last = id == null ? last : id;
        if (!listener.hear(name, JSON.readTree(data.toString()))) {
          return false;
        }
        name = "message";
        data.setLength(0);
        id = null;
      } else if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        data.append(line, 6, line.length());
      }
    }
    return true;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
