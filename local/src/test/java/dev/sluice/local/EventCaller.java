package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Somebody who follows a stream of events. */
final class EventCaller implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** The answer's end. */
  private static final Event OVER = new Event("over", null, JSON.missingNode());

  /** An event. */
  record Event(String name, @Nullable String id, JsonNode data) {
    boolean isOutput() {
      return name.equals("output");
    }

    String text() {
      return data.path("text").asText();
    }
  }

  private final HttpResponse<java.io.InputStream> answer;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable String last;

  private EventCaller(HttpResponse<java.io.InputStream> answer) {
    this.answer = answer;
    HttpDescription.shared()
        .check(
            "GET",
            answer.uri().getRawPath(),
            answer.statusCode(),
            answer.headers().firstValue("Content-Type").orElse(""),
            JSON.missingNode());
    Thread.ofVirtual().start(this::read);
  }

  /** Follows what is at an address, behind an event if there was one. */
  static EventCaller open(String url, @Nullable String lastId)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url));
    return open(lastId == null ? request : request.header("Last-Event-ID", lastId));
  }

  /** Follows what is at an address, from the beginning, as the holder of an API key. */
  static EventCaller openWithKey(String url, String key) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url));
    return open(request.header("Authorization", "Bearer " + key));
  }

  private static EventCaller open(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return new EventCaller(answer);
  }

  private void read() {
    try (var lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      var name = "";
      String id = null;
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("data: ")) {
          events.add(new Event(name, id, JSON.readTree(line.substring(6))));
          id = null;
        }
      }
    } catch (IOException | UncheckedIOException brokenOff) {
      // as its end
    }
    events.add(OVER);
  }

  /** The id of the last event that was taken. */
  @Nullable String last() {
    return last;
  }

  /** The next event; null if the answer is over. */
  @Nullable Event next() throws InterruptedException {
    var event = events.poll(TestCluster.BOUND.toSeconds(), TimeUnit.SECONDS);
    assertThat(event).as("an event in time").isNotNull();
    if (event == null || event.equals(OVER)) {
      return null;
    }
    last = event.id() == null ? last : event.id();
    return event;
  }

  /** All up to one that is meant, which is the last of them, or to the end of the answer. */
  List<Event> until(Predicate<Event> isMeant) throws InterruptedException {
    var taken = new ArrayList<Event>();
    for (var event = next(); event != null; event = next()) {
      taken.add(event);
      if (isMeant.test(event)) {
        break;
      }
    }
    return taken;
  }

  /** All that there are. */
  List<Event> toEnd() throws InterruptedException {
    return until(event -> false);
  }

  @Override
  public void close() {
    try {
      answer.body().close();
    } catch (IOException gone) {
      // closed
    }
  }
}
