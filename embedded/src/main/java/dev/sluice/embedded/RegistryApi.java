package dev.sluice.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Answers the registry's requests; statuses and error codes are Confluent's. */
final class RegistryApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> LEVELS =
      Set.of(
          "NONE",
          "BACKWARD",
          "BACKWARD_TRANSITIVE",
          "FORWARD",
          "FORWARD_TRANSITIVE",
          "FULL",
          "FULL_TRANSITIVE");

  record Answer(int status, String body) {}

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

  private final SchemaStore store;

  RegistryApi(SchemaStore store) {
    this.store = store;
  }

  Answer answer(String method, String path, String body) {
    try {
      return new Answer(200, route(method, parts(path), body).toString());
    } catch (Refused refused) {
      var error =
          JSON.createObjectNode()
              .put("error_code", refused.code)
              .put("message", refused.getMessage());
      return new Answer(refused.status, error.toString());
    }
  }

  private static List<String> parts(String path) {
    return List.of(path.split("/")).stream()
        .filter(part -> !part.isEmpty())
        .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
        .toList();
  }

  private JsonNode route(String method, List<String> path, String body) throws Refused {
    var root = path.isEmpty() ? "" : path.get(0);
    return switch (root) {
      case "" -> JSON.createObjectNode();
      case "subjects" -> subjects(method, path, body);
      case "schemas" -> schemas(path);
      case "config" -> config(method, path, body);
      case "compatibility" -> compatibility(path, body);
      default -> throw notFound(String.join("/", path));
    };
  }

  private JsonNode subjects(String method, List<String> path, String body) throws Refused {
    boolean post = method.equals("POST");
    return switch (path.size()) {
      case 1 -> JSON.valueToTree(store.subjects());
      case 2 -> lookUp(path.get(1), body);
      case 3 -> post ? register(path.get(1), body) : versions(path.get(1));
      case 4 -> described(version(path.get(1), path.get(3)));
      default -> throw notFound(String.join("/", path));
    };
  }

  private JsonNode register(String subject, String body) throws Refused {
    var schema = schema(body);
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
    return JSON.createObjectNode().put("id", store.register(subject, text).id());
  }

  private JsonNode lookUp(String subject, String body) throws Refused {
    requireSubject(subject);
    var found = store.find(subject, schema(body).toString());
    if (found == null) {
      throw new Refused(404, 40403, "Schema not found");
    }
    return described(found);
  }

  private JsonNode versions(String subject) throws Refused {
    requireSubject(subject);
    return JSON.valueToTree(
        store.versions(subject).stream().map(SchemaStore.Version::version).toList());
  }

  private SchemaStore.Version version(String subject, String number) throws Refused {
    requireSubject(subject);
    var versions = store.versions(subject);
    if (number.equals("latest")) {
      return versions.get(versions.size() - 1);
    }
    for (var version : versions) {
      if (Integer.toString(version.version()).equals(number)) {
        return version;
      }
    }
    throw new Refused(404, 40402, "Version " + number + " not found.");
  }

  private static ObjectNode described(SchemaStore.Version version) {
    return JSON.createObjectNode()
        .put("subject", version.subject())
        .put("version", version.version())
        .put("id", version.id())
        .put("schema", version.schema());
  }

  private JsonNode schemas(List<String> path) throws Refused {
    if (path.size() == 2 && path.get(1).equals("types")) {
      return JSON.createArrayNode().add("AVRO");
    }
    if (path.size() == 3 && path.get(1).equals("ids")) {
      var schema =
          path.get(2).matches("\\d{1,9}") ? store.schema(Integer.parseInt(path.get(2))) : null;
      if (schema == null) {
        throw new Refused(404, 40403, "Schema " + path.get(2) + " not found");
      }
      return JSON.createObjectNode().put("schema", schema);
    }
    throw notFound(String.join("/", path));
  }

  private JsonNode config(String method, List<String> path, String body) throws Refused {
    var subject = path.size() > 1 ? path.get(1) : "";
    if (!method.equals("PUT")) {
      return JSON.createObjectNode().put("compatibilityLevel", store.level(subject));
    }
    var level = read(body).path("compatibility").asText();
    if (!LEVELS.contains(level)) {
      throw new Refused(422, 42203, "Invalid compatibility level: " + level);
    }
    store.setLevel(subject, level);
    return JSON.createObjectNode().put("compatibility", level);
  }

  private JsonNode compatibility(List<String> path, String body) throws Refused {
    if (path.size() < 4) {
      throw notFound(String.join("/", path));
    }
    requireSubject(path.get(2));
    boolean fits = store.incompatibility(path.get(2), schema(body)) == null;
    return JSON.createObjectNode().put("is_compatible", fits);
  }

  private void requireSubject(String subject) throws Refused {
    if (store.versions(subject).isEmpty()) {
      throw new Refused(404, 40401, "Subject '" + subject + "' not found.");
    }
  }

  private static Schema schema(String body) throws Refused {
    var request = read(body);
    var type = request.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new Refused(422, 42201, "Only AVRO schemas are served here, got " + type);
    }
    try {
      return new Schema.Parser().parse(request.path("schema").asText());
    } catch (AvroRuntimeException e) {
      throw new Refused(422, 42201, "Invalid schema: " + e.getMessage());
    }
  }

  private static JsonNode read(String body) throws Refused {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new Refused(400, 400, "the request is not JSON: " + e.getOriginalMessage());
    }
  }

  private static Refused notFound(String path) {
    return new Refused(404, 404, "no such path: /" + path);
  }
}
