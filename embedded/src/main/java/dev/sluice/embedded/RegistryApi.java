package dev.sluice.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Texts;
import dev.sluice.contract.json.JsonException;
import dev.sluice.contract.json.JsonValue;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Request;
import dev.sluice.http.route.Handler;
import dev.sluice.http.route.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/** Answers the registry's requests; statuses and error codes are Confluent's. */
final class RegistryApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int MAX_BODY_BYTES = 1024 * 1024;
  private static final int MAX_SUBJECT_CHARS = 512;

  /** What clients add to their questions; none of it changes an answer here. */
  private static final String[] QUERY = {
    "normalize",
    "deleted",
    "deletedOnly",
    "lookupDeletedSchema",
    "fetchMaxId",
    "subject",
    "subjectPrefix",
    "defaultToGlobal",
    "verbose",
    "format"
  };

  private static final Set<String> LEVELS =
      Set.of(
          "NONE",
          "BACKWARD",
          "BACKWARD_TRANSITIVE",
          "FORWARD",
          "FORWARD_TRANSITIVE",
          "FULL",
          "FULL_TRANSITIVE");

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int code;

    Refused(int status, int code, String message) {
      super(message, null, false, false);
      this.status = status;
      this.code = code;
    }
  }

  private interface Asked {
    JsonNode answer(Request request) throws Refused;
  }

  private final SchemaStore store;

  RegistryApi(SchemaStore store) {
    this.store = store;
  }

  List<Route> routes() {
    return List.of(
        get("/", request -> JSON.createObjectNode()),
        get("/subjects", request -> JSON.valueToTree(store.subjects())),
        post("/subjects/{subject}", this::lookUp),
        get("/subjects/{subject}/versions", this::versions),
        post("/subjects/{subject}/versions", this::register),
        get("/subjects/{subject}/versions/{version}", request -> described(version(request))),
        get("/schemas/types", request -> JSON.createArrayNode().add("AVRO")),
        get("/schemas/ids/{id}", this::schema),
        get("/config", request -> level("")),
        get("/config/{subject}", request -> level(subject(request))),
        post("/config", request -> setLevel("", request)).as("PUT"),
        post("/config/{subject}", request -> setLevel(subject(request), request)).as("PUT"),
        post("/compatibility/subjects/{subject}/versions", this::compatibility),
        post("/compatibility/subjects/{subject}/versions/{version}", this::compatibility));
  }

  private static Route get(String template, Asked asked) {
    return Route.get(template, handler(asked)).asking(QUERY);
  }

  private static Route post(String template, Asked asked) {
    return Route.post(template, MAX_BODY_BYTES, handler(asked)).asking(QUERY);
  }

  private static Handler handler(Asked asked) {
    return request -> {
      try {
        return answer(200, asked.answer(request));
      } catch (Refused refused) {
        return answer(
            refused.status,
            JSON.createObjectNode()
                .put("error_code", refused.code)
                .put("message", refused.getMessage()));
      }
    };
  }

  private static Answer answer(int status, JsonNode json) {
    return Answer.text(status, CONTENT_TYPE, json.toString());
  }

  private JsonNode register(Request request) throws Refused {
    var subject = subject(request);
    var schema = schemaOf(request);
    var text = schema.toString();
    var known = store.find(subject, text);
    var incompatibility = known == null ? store.incompatibility(subject, schema) : null;
    if (incompatibility != null) {
      throw new Refused(
          409,
          409,
          "Schema being registered is incompatible with an earlier schema for subject \""
              + subject
              + "\": "
              + incompatibility);
    }
    if (known == null && store.isFull(text)) {
      throw new Refused(422, 42206, "this registry, which is for development, is full");
    }
    return JSON.createObjectNode().put("id", store.register(subject, text).id());
  }

  private JsonNode lookUp(Request request) throws Refused {
    var subject = knownSubject(request);
    var found = store.find(subject, schemaOf(request).toString());
    if (found == null) {
      throw new Refused(404, 40403, "Schema not found");
    }
    return described(found);
  }

  private JsonNode versions(Request request) throws Refused {
    var versions = store.versions(knownSubject(request));
    return JSON.valueToTree(versions.stream().map(SchemaStore.Version::version).toList());
  }

  private SchemaStore.Version version(Request request) throws Refused {
    var versions = store.versions(knownSubject(request));
    var number = request.parameter("version");
    if (number.equals("latest")) {
      return versions.get(versions.size() - 1);
    }
    for (var version : versions) {
      if (Integer.toString(version.version()).equals(number)) {
        return version;
      }
    }
    throw new Refused(404, 40402, "Version " + Texts.quoted(number) + " not found.");
  }

  private static ObjectNode described(SchemaStore.Version version) {
    return JSON.createObjectNode()
        .put("subject", version.subject())
        .put("version", version.version())
        .put("id", version.id())
        .put("schema", version.schema());
  }

  private JsonNode schema(Request request) throws Refused {
    var id = request.parameter("id");
    var schema = id.matches("\\d{1,9}") ? store.schema(Integer.parseInt(id)) : null;
    if (schema == null) {
      throw new Refused(404, 40403, "Schema " + Texts.quoted(id) + " not found");
    }
    return JSON.createObjectNode().put("schema", schema);
  }

  private JsonNode level(String subject) {
    return JSON.createObjectNode().put("compatibilityLevel", store.level(subject));
  }

  private JsonNode setLevel(String subject, Request request) throws Refused {
    var level = texts(request).getOrDefault("compatibility", "");
    if (!LEVELS.contains(level)) {
      throw new Refused(422, 42203, "Invalid compatibility level: " + Texts.quoted(level));
    }
    if (!subject.isEmpty() && store.isFull("")) {
      throw new Refused(422, 42206, "this registry, which is for development, is full");
    }
    store.setLevel(subject, level);
    return JSON.createObjectNode().put("compatibility", level);
  }

  private JsonNode compatibility(Request request) throws Refused {
    var subject = knownSubject(request);
    boolean fits = store.incompatibility(subject, schemaOf(request)) == null;
    return JSON.createObjectNode().put("is_compatible", fits);
  }

  private static String subject(Request request) throws Refused {
    var subject = request.parameter("subject");
    if (subject.isEmpty() || subject.length() > MAX_SUBJECT_CHARS) {
      throw new Refused(422, 42208, "a subject has 1 to " + MAX_SUBJECT_CHARS + " characters");
    }
    return subject;
  }

  private String knownSubject(Request request) throws Refused {
    var subject = subject(request);
    if (store.versions(subject).isEmpty()) {
      throw new Refused(404, 40401, "Subject '" + Texts.quoted(subject) + "' not found.");
    }
    return subject;
  }

  private static Schema schemaOf(Request request) throws Refused {
    var body = texts(request);
    var type = body.getOrDefault("schemaType", "AVRO");
    if (!type.equals("AVRO")) {
      throw new Refused(422, 42201, "Only AVRO schemas are served here, got " + Texts.quoted(type));
    }
    try {
      return new Schema.Parser().parse(body.getOrDefault("schema", ""));
    } catch (RuntimeException | StackOverflowError e) {
      // Avro's parser throws many kinds, and goes as deep as the schema does.
      throw new Refused(
          422, 42201, "Invalid schema: " + Texts.quoted(String.valueOf(e.getMessage())));
    }
  }

  /** The members that are texts; nothing is made of the others. */
  private static Map<String, String> texts(Request request) throws Refused {
    var texts = new HashMap<String, String>();
    try {
      JsonValue.object(request.body())
          .members()
          .forEach(
              (name, value) -> {
                if (value.kind() == JsonValue.Kind.STRING) {
                  texts.put(name, value.text());
                }
              });
      return texts;
    } catch (JsonException e) {
      throw new Refused(400, 400, String.valueOf(e.getMessage()));
    }
  }
}
