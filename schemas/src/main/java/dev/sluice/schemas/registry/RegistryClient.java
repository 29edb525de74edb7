package dev.sluice.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.schemas.avro.Reasons;
import dev.sluice.schemas.avro.UnreadableException;
import dev.sluice.schemas.avro.WriterSchemas;
import dev.sluice.schemas.wire.SerdeException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the part of the Confluent registry's REST protocol that a serde needs. It caches every
 * answer, because ids and schemas never change. Safe for use by several threads.
 */
public final class RegistryClient {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int ROUNDS = 3;
  private static final int SERVER_ERROR = 500;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final int NOT_FOUND = 404;

  /** What registries answer to an id that they do not have, or that none can have. */
  private static final Set<Integer> NO_SUCH_ID = Set.of(400, NOT_FOUND, UNPROCESSABLE);

  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final int OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record SubjectSchema(String subject, Schema schema) {}

  private final SerdeConfig config;
  private final HttpClient http;
  private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();
  private final KnownSchemas known;

  public RegistryClient(SerdeConfig config, KnownSchemas known) {
    this.config = config;
    this.known = known;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(config.timeout())
            .build();
  }

  /** The id of {@code schema} under {@code subject}, registered if need be and allowed. */
  public int idOf(String subject, Schema schema) {
    return ids.computeIfAbsent(new SubjectSchema(subject, schema), this::askForId);
  }

  private int askForId(SubjectSchema asked) {
    var subject = URLEncoder.encode(asked.subject(), StandardCharsets.UTF_8);
    var path = "/subjects/" + subject + (config.autoRegister() ? "/versions" : "");
    var body = JSON.createObjectNode().put("schema", asked.schema().toString()).toString();
    var answer = send(path, request -> request.POST(HttpRequest.BodyPublishers.ofString(body)));
    if (answer.status() != OK) {
      throw refused("schema of " + asked.subject(), answer);
    }
    return parse(answer).path("id").intValue();
  }

  /**
   * Asks for the schema of this id, so that records can be read by it.
   *
   * @throws SerdeException of kind UNKNOWN_ID if the registry has none, REGISTRY_DOWN if it does
   *     not answer
   */
  public void learn(int id) {
    if (known.find(id) == null) {
      askForSchema(id);
    }
  }

  private void askForSchema(int id) {
    var found = ask(id);
    if (found == null) {
      throw new SerdeException(
          SerdeException.Kind.UNKNOWN_ID, "the registry does not know schema id " + id, null);
    }
    found.rememberIn(known, id);
  }

  /** What was told of a schema, and how long its text is. */
  public record Told(KnownSchemas.Found found, int length) {
    public void rememberIn(KnownSchemas known, int id) {
      known.put(id, found, length);
    }
  }

  /**
   * What the registry has under this id now; null if nothing. It is not remembered.
   *
   * @throws SerdeException of kind REGISTRY_DOWN if it does not answer
   */
  public @Nullable Told ask(int id) {
    var answer = send("/schemas/ids/" + id, HttpRequest.Builder::GET);
    if (isNoSuchId(answer)) {
      return null;
    }
    if (answer.status() != OK) {
      throw down("schema id " + id, answer);
    }
    if (answer.isCut()) {
      return new Told(new KnownSchemas.Found.Broken("it is larger than the limit"), 0);
    }
    var found = parse(answer);
    var text = found.path("schema").asText();
    return new Told(found(found.path("schemaType").asText("AVRO"), text), text.length());
  }

  /** The registry's own word: whoever stands before it may answer 404, too. */
  private static boolean isNoSuchId(RegistryAnswer answer) {
    if (!NO_SUCH_ID.contains(answer.status())) {
      return false;
    }
    try {
      int code = JSON.readTree(answer.body()).path("error_code").asInt();
      return code == SCHEMA_NOT_FOUND || (code > 0 && answer.status() != NOT_FOUND);
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static KnownSchemas.Found found(String type, String text) {
    if (!type.equals("AVRO")) {
      return new KnownSchemas.Found.Broken("it is " + Reasons.shortened(type) + ", not AVRO");
    }
    try {
      return new KnownSchemas.Found.Avro(WriterSchemas.parse(text));
    } catch (UnreadableException e) {
      return new KnownSchemas.Found.Broken(String.valueOf(e.getMessage()));
    }
  }

  private interface Method {
    HttpRequest.Builder on(HttpRequest.Builder request);
  }

  /** Tries every address up to {@value #ROUNDS} times; a server's own error counts as down. */
  private RegistryAnswer send(String path, Method method) {
    Exception last = null;
    String tried = "";
    for (int round = 0; round < ROUNDS; round++) {
      for (var registry : config.registries()) {
        try {
          tried = registry + path;
          var answer = RegistryAnswer.to(http, request(registry, path, method), config.timeout());
          if (answer.status() < SERVER_ERROR) {
            return answer;
          }
          last =
              new IOException(
                  "answered " + answer.status() + ": " + Reasons.shortened(answer.body()));
        } catch (IOException e) {
          last = e;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new SerdeException(
              SerdeException.Kind.REGISTRY_DOWN, "interrupted while asking " + tried, e);
        }
      }
    }
    throw new SerdeException(
        SerdeException.Kind.REGISTRY_DOWN, "no schema registry answers; last tried " + tried, last);
  }

  private HttpRequest request(Registry registry, String path, Method method) {
    var builder =
        HttpRequest.newBuilder(URI.create(registry.address() + path))
            .timeout(config.timeout())
            .header("Content-Type", CONTENT_TYPE)
            .header("Accept", CONTENT_TYPE);
    if (registry.authorization() != null) {
      builder.header("Authorization", registry.authorization());
    }
    return method.on(builder).build();
  }

  private static JsonNode parse(RegistryAnswer answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new SerdeException(
          SerdeException.Kind.REGISTRY_DOWN, answer.uri() + " did not answer with JSON", e);
    }
  }

  private static SerdeException down(String what, RegistryAnswer answer) {
    return refused(SerdeException.Kind.REGISTRY_DOWN, what, answer);
  }

  private static SerdeException refused(String what, RegistryAnswer answer) {
    int status = answer.status();
    var kind =
        status == CONFLICT || status == UNPROCESSABLE || status == NOT_FOUND
            ? SerdeException.Kind.INCOMPATIBLE
            : SerdeException.Kind.REGISTRY_DOWN;
    return refused(kind, what, answer);
  }

  private static SerdeException refused(
      SerdeException.Kind kind, String what, RegistryAnswer answer) {
    return new SerdeException(
        kind,
        "the registry refused the "
            + what
            + ": "
            + answer.status()
            + " "
            + Reasons.shortened(answer.body()),
        null);
  }
}
