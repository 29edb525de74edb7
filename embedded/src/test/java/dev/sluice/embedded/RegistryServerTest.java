package dev.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RegistryServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ONE_FIELD = record("");
  private static final String WITH_DEFAULT =
      record(", {\"name\":\"b\",\"type\":\"int\",\"default\":0}");
  private static final String WITHOUT_DEFAULT = record(", {\"name\":\"b\",\"type\":\"int\"}");

  private final HttpClient http = HttpClient.newHttpClient();

  private static String record(String more) {
    return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}"
        + more
        + "]}";
  }

  private JsonNode call(RegistryServer registry, String method, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(registry.url() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    return JSON.readTree(answer.body());
  }

  private static String schema(String text) {
    return JSON.createObjectNode().put("schema", text).toString();
  }

  @Test
  void givesTheSameSchemaTheSameIdInEverySubject() throws Exception {
    try (var registry = RegistryServer.start(0, null)) {
      var first = call(registry, "POST", "/subjects/one/versions", schema(ONE_FIELD));
      var second = call(registry, "POST", "/subjects/two/versions", schema(ONE_FIELD));

      assertThat(second).isEqualTo(first);
      assertThat(call(registry, "GET", "/schemas/ids/1", "").path("schema").asText())
          .contains("\"name\":\"a\"");
      assertThat(call(registry, "GET", "/subjects/two/versions/latest", "").path("id").intValue())
          .isEqualTo(1);
      assertThat(call(registry, "POST", "/subjects/one", schema(ONE_FIELD)).path("version").asInt())
          .isEqualTo(1);
    }
  }

  @Test
  void takesWhatOldRecordsCanBeReadWithAndNothingElse() throws Exception {
    try (var registry = RegistryServer.start(0, null)) {
      call(registry, "POST", "/subjects/s/versions", schema(ONE_FIELD));

      var bad = call(registry, "POST", "/subjects/s/versions", schema(WITHOUT_DEFAULT));
      var good = call(registry, "POST", "/subjects/s/versions", schema(WITH_DEFAULT));

      assertThat(bad.path("error_code").asInt()).isEqualTo(409);
      assertThat(good.path("id").asInt()).isEqualTo(2);
    }
  }

  @Test
  void namesWhatItDoesNotKnow() throws Exception {
    try (var registry = RegistryServer.start(0, null)) {
      assertThat(call(registry, "GET", "/schemas/ids/7", "").path("error_code").asInt())
          .isEqualTo(40403);
      assertThat(call(registry, "GET", "/subjects/x/versions", "").path("error_code").asInt())
          .isEqualTo(40401);
      assertThat(
              call(registry, "POST", "/subjects/x/versions", schema("{nonsense"))
                  .path("error_code")
                  .asInt())
          .isEqualTo(42201);
    }
  }

  @Test
  void carriesOnFromItsFileEvenIfTheLastLineIsCutShort(@TempDir Path dir) throws Exception {
    var file = dir.resolve("schemas.jsonl");
    try (var registry = RegistryServer.start(0, file)) {
      call(registry, "POST", "/subjects/s/versions", schema(ONE_FIELD));
    }
    Files.writeString(file, "{\"subject\":\"s\",\"sch", StandardOpenOption.APPEND);

    try (var registry = RegistryServer.start(0, file)) {
      assertThat(call(registry, "GET", "/subjects/s/versions/1", "").path("id").asInt())
          .isEqualTo(1);
    }
  }
}
