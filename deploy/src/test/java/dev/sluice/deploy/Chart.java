package dev.sluice.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The chart, rendered by the real Helm. */
final class Chart {
  static final Path FOLDER = Path.of("helm", "sluice");
  static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private static final String HOOK = "helm.sh/hook";
  private static final String NO_HOOK = "example.com/hook";

  /** The library renders no hooks: here they are ordinary objects, and get their names back. */
  private static final Path WITHOUT_HOOKS = withoutHooks();

  private static final Map<Path, List<ObjectNode>> RENDERED = new ConcurrentHashMap<>();

  private Chart() {}

  /** The values files that the chart brings, by name. */
  static Map<String, Path> examples() {
    return valuesIn(FOLDER.resolve("examples"), ".yaml");
  }

  static Map<String, Path> valuesIn(Path folder, String end) {
    var found = new TreeMap<String, Path>();
    try (var files = Files.list(folder)) {
      files
          .filter(file -> file.toString().endsWith(end))
          .forEach(file -> found.put(name(file, end), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String name(Path file, String end) {
    var name = file.getFileName().toString();
    return name.substring(0, name.length() - end.length());
  }

  /** The objects of a release named sluice in the namespace agents. */
  static List<ObjectNode> objects(Path values) {
    return RENDERED.computeIfAbsent(values, file -> parse(render(file)));
  }

  static String render(Path values) {
    return new Helm(WITHOUT_HOOKS)
        .template()
        .withName("sluice")
        .withNamespace("agents")
        .withKubeVersion("1.33.0")
        .withValuesFile(values)
        .call()
        .replace(NO_HOOK, HOOK);
  }

  private static Path withoutHooks() {
    try {
      var copy = Files.createDirectories(Path.of("target", "chart")).resolve("sluice");
      for (var file : copyTo(copy)) {
        Files.writeString(file, Files.readString(file).replace(HOOK, NO_HOOK));
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the chart; gives the files. */
  static List<Path> copyTo(Path folder) throws IOException {
    var files = new ArrayList<Path>();
    try (var all = Files.walk(FOLDER)) {
      for (var from : all.toList()) {
        var to = folder.resolve(FOLDER.relativize(from).toString());
        if (Files.isDirectory(from)) {
          Files.createDirectories(to);
        } else {
          files.add(Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING));
        }
      }
    }
    return files;
  }

  private static List<ObjectNode> parse(String text) {
    var objects = new ArrayList<ObjectNode>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (documents.hasNext()) {
        if (documents.next() instanceof ObjectNode object) {
          objects.add(object);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("not YAML:\n" + text, e);
    }
    return objects;
  }

  /** What an object is called: its kind and its name. */
  static String id(JsonNode object) {
    return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
  }

  /** The objects of a kind. */
  static List<ObjectNode> ofKind(Path values, String kind) {
    return objects(values).stream()
        .filter(object -> object.path("kind").asText().equals(kind))
        .toList();
  }

  /** The specs of all pods, of whatever kind of object they are part, by that object's id. */
  static Map<String, JsonNode> pods(Path values) {
    var pods = new TreeMap<String, JsonNode>();
    for (var object : objects(values)) {
      var template = object.at("/spec/template/spec");
      if (object.path("kind").asText().equals("Pod")) {
        pods.put(id(object), object.path("spec"));
      } else if (template.isObject()) {
        pods.put(id(object), template);
      }
    }
    return pods;
  }
}
