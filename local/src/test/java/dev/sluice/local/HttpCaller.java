package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A user of the HTTP interface who knows nothing but its description, and checks every answer. */
final class HttpCaller {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An answer; {@code json} is missing where the body is none. */
  record Answer(HttpResponse<String> http, JsonNode json) {
    int status() {
      return http.statusCode();
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    /** Fails unless this is a problem (RFC 9457) of this status whose detail has these words. */
    void assertProblem(int status, String... words) {
      assertThat(status()).as(http.body()).isEqualTo(status);
      assertThat(header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(json.path("status").asInt()).isEqualTo(status);
      assertThat(json.path("title").asText()).isNotEmpty();
      assertThat(json.path("detail").asText()).contains(words);
    }
  }

  private final String url;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final @Nullable String key;

  HttpCaller(String url) {
    this(url, null);
  }

  /** Shows an API key with each request. */
  HttpCaller(String url, @Nullable String key) {
    this.url = url;
    this.key = key;
  }

  Answer get(String path) throws Exception {
    return send(request(path).GET());
  }

  Answer post(String path, String body, String... headers) throws Exception {
    var request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (!List.of(headers).contains("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    return send(request);
  }

  Answer put(String path, String body, String... headers) throws Exception {
    var request =
        request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body));
    return send(headers.length > 0 ? request.headers(headers) : request);
  }

  Answer delete(String path) throws Exception {
    return send(request(path).DELETE());
  }

  /** A method that nothing takes. */
  Answer patch(String path) throws Exception {
    return send(request(path).method("PATCH", HttpRequest.BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(75));
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  private Answer send(HttpRequest.Builder request) throws Exception {
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    var type = answer.headers().firstValue("Content-Type").orElse("");
    var json = type.contains("json") ? JSON.readTree(answer.body()) : JSON.missingNode();
    var asked = answer.request();
    HttpDescription.shared()
        .check(asked.method(), asked.uri().getRawPath(), answer.statusCode(), type, json);
    return new Answer(answer, json);
  }
}
