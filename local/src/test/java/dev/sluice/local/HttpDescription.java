package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@code docs/http-api/openapi.yaml}, against which every answer in these tests is held. */
final class HttpDescription {
  /** Statuses by which a server refuses a request before an operation sees it. */
  private static final Set<Integer> ANYWHERE =
      Set.of(400, 401, 403, 404, 405, 408, 413, 414, 415, 417, 431, 503);

  private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");
  private static final int FIRST_THAT_IS_NO_SUCCESS = 300;
  private static final HttpDescription SHARED = new HttpDescription();

  /** A method at a path, as the description names both. */
  record Operation(String method, String path, JsonNode description) {
    String name() {
      return method.toUpperCase(Locale.ROOT) + " " + path;
    }

    /** Names of its parameters in the query. */
    Set<String> query(HttpDescription all) {
      var names = new TreeSet<String>();
      for (var parameter : description.path("parameters")) {
        var known = all.resolved(parameter);
        if (known.path("in").asText().equals("query")) {
          names.add(known.path("name").asText());
        }
      }
      return names;
    }

    private boolean matches(String asked) {
      var ours = path.split("/", -1);
      var theirs = asked.split("/", -1);
      return ours.length == theirs.length
          && IntStream.range(0, ours.length)
              .allMatch(i -> ours[i].startsWith("{") || ours[i].equals(theirs[i]));
    }
  }

  private final JsonNode root;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<JsonNode, String> schemas = new HashMap<>();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  private HttpDescription() {
    try {
      root = new YAMLMapper().readTree(Path.of("../docs/http-api/openapi.yaml").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    root.path("paths")
        .properties()
        .forEach(
            path ->
                METHODS.forEach(
                    method -> {
                      var one = path.getValue().path(method);
                      if (!one.isMissingNode()) {
                        operations.add(new Operation(method, path.getKey(), one));
                      }
                    }));
  }

  static HttpDescription shared() {
    return SHARED;
  }

  JsonNode root() {
    return root;
  }

  List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** Operations that were answered with success, in this JVM so far. */
  Set<String> answered() {
    return Set.copyOf(seen);
  }

  JsonNode resolved(JsonNode node) {
    var reference = node.path("$ref").asText();
    return reference.isEmpty() ? node : root.at(reference.substring(1));
  }

  /** Fails unless the description has this answer; what it does not describe must be refused. */
  void check(String method, String path, int status, @Nullable String type, JsonNode json) {
    var operation = operation(method, path.replaceAll("\\?.*", ""));
    if (operation == null) {
      assertThat(status).as("%s %s is not described", method, path).isIn(ANYWHERE);
      return;
    }
    var answers = operation.description().path("responses");
    var told = answers.path(Integer.toString(status));
    if (told.isMissingNode()) {
      assertThat(status).as("%s %s", method, path).isIn(ANYWHERE);
      told = answers.path("default");
    }
    if (status < FIRST_THAT_IS_NO_SUCCESS) {
      seen.add(operation.name());
    }
    var content = resolved(told).path("content");
    var bare = type == null ? "" : type.replaceAll(";.*", "").strip();
    assertThat(content.has(bare))
        .as("%s %s: %d is answered as %s", method, path, status, bare)
        .isTrue();
    if (bare.endsWith("json")) {
      checkJson(method + " " + path + ": " + status, content.path(bare).path("schema"), json);
    }
  }

  private @Nullable Operation operation(String method, String path) {
    return operations.stream()
        .filter(one -> one.method().equalsIgnoreCase(method) && one.matches(path))
        // A path of words goes before one of parameters.
        .min(Comparator.comparingLong(HttpDescription::parameters))
        .orElse(null);
  }

  private static long parameters(Operation operation) {
    return Arrays.stream(operation.path().split("/")).filter(part -> part.startsWith("{")).count();
  }

  private void checkJson(String what, JsonNode schema, JsonNode json) {
    var validator =
        new ValidatorFactory().withJsonNodeFactory(new JacksonNode.Factory()).createValidator();
    var uri = validator.registerSchema(standalone(schema));
    var result = validator.validate(uri, json);
    var errors =
        result.getErrors().stream()
            .map(error -> error.getInstanceLocation() + ": " + error.getError())
            .toList();
    assertThat(errors).as("%s answered %s", what, json).isEmpty();
  }

  /** The schema with those it refers to beside it. */
  private String standalone(JsonNode schema) {
    synchronized (schemas) {
      return schemas.computeIfAbsent(
          schema,
          one -> {
            ObjectNode copy = one.deepCopy();
            copy.put("$schema", "https://json-schema.org/draft/2020-12/schema");
            copy.set("$defs", root.path("components").path("schemas"));
            return copy.toString().replace("#/components/schemas/", "#/$defs/");
          });
    }
  }
}
