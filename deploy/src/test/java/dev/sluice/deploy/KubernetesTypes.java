package dev.sluice.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which fields Kubernetes, and the operators beside it, know of an object; {@code
 * src/test/types/generate.py} says where they are from.
 */
final class KubernetesTypes {
  private final JsonNode kinds;
  private final JsonNode types;
  private final List<String> problems = new ArrayList<>();

  KubernetesTypes() {
    try {
      var all = new ObjectMapper().readTree(Path.of("src", "test", "types", "kinds.json").toFile());
      kinds = all.path("kinds");
      types = all.path("types");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong with an object: fields that are unknown or missing, values of other types. */
  List<String> problems(JsonNode object) {
    problems.clear();
    var kind = object.path("apiVersion").asText() + "/" + object.path("kind").asText();
    if (kinds.path(kind).isMissingNode()) {
      return List.of(kind + ": is a kind that the chart must not render");
    }
    check(Chart.id(object), resolved(kinds.path(kind).asText()), object);
    return List.copyOf(problems);
  }

  private JsonNode resolved(String type) {
    return types.path(type);
  }

  private void check(String path, JsonNode type, JsonNode value) {
    if (type.isTextual()) {
      checkSimple(path, type.asText(), value);
    } else if (type.has("ref")) {
      check(path, resolved(type.path("ref").asText()), value);
    } else if (type.has("array")) {
      checkArray(path, type.path("array"), value);
    } else if (type.has("enum")) {
      expect(path, contains(type.path("enum"), value), "one of " + type.path("enum"), value);
    } else if (type.has("any")) {
      expect(path, value.isTextual() || value.isNumber(), "a text or a number", value);
    } else if (type.has("fields")) {
      checkFields(path, type, value);
    }
  }

  private void checkSimple(String path, String type, JsonNode value) {
    boolean fits =
        switch (type) {
          case "string" -> value.isTextual();
          case "number" -> value.isNumber();
          case "boolean" -> value.isBoolean();
          default -> true;
        };
    expect(path, fits, "a " + type, value);
  }

  private void checkArray(String path, JsonNode element, JsonNode value) {
    expect(path, value.isArray(), "a list", value);
    for (int i = 0; i < value.size(); i++) {
      check(path + "[" + i + "]", element, value.path(i));
    }
  }

  private void checkFields(String path, JsonNode type, JsonNode value) {
    expect(path, value.isObject(), "an object", value);
    for (var field : type.path("required")) {
      if (!value.has(field.asText())) {
        problems.add(path + "." + field.asText() + ": is missing");
      }
    }
    for (var field : value.properties()) {
      var known = field(type, field.getKey());
      if (known.isMissingNode()) {
        problems.add(path + "." + field.getKey() + ": is not a field");
      } else {
        check(path + "." + field.getKey(), known, field.getValue());
      }
    }
  }

  private JsonNode field(JsonNode type, String name) {
    var own = type.path("fields").path(name);
    if (!own.isMissingNode()) {
      return own;
    }
    return type.has("extends")
        ? field(resolved(type.path("extends").asText()), name)
        : type.path("rest");
  }

  private static boolean contains(JsonNode choices, JsonNode value) {
    for (var choice : choices) {
      if (choice.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private void expect(String path, boolean fits, String wanted, JsonNode value) {
    if (!fits) {
      problems.add(path + ": must be " + wanted + ", got " + value);
    }
  }
}
