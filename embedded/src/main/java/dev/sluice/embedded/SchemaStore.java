package dev.sluice.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of a registry: ids for all subjects together, versions from 1 within each. Stored in
 * an append-only file, if one is given; a line truncated by a kill is ignored.
 */
final class SchemaStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  // Far beyond what development needs, far below what a heap holds.
  private static final int MOST_ENTRIES = 20_000;
  private static final int MOST_CHARS = 32 * 1024 * 1024;

  record Version(String subject, int version, int id, String schema) {}

  private final @Nullable Path file;
  private final List<String> schemas = new ArrayList<>();
  private final Map<String, Integer> idOf = new TreeMap<>();
  private final Map<String, List<Version>> subjects = new TreeMap<>();
  private final Map<String, String> levels = new TreeMap<>();
  private int entries;
  private long chars;

  SchemaStore(@Nullable Path file) {
    this.file = file;
    if (file != null && Files.exists(file)) {
      load(file);
    }
  }

  private void load(Path from) {
    try {
      for (var line : Files.readAllLines(from, StandardCharsets.UTF_8)) {
        var entry = parse(line);
        if (entry != null && entry.has("level")) {
          levels.put(entry.path("subject").asText(), entry.path("level").asText());
        } else if (entry != null) {
          add(entry.path("subject").asText(), entry.path("schema").asText());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the schemas in " + from, e);
    }
  }

  private static @Nullable JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException cutShort) {
      return null;
    }
  }

  synchronized Version register(String subject, String schema) {
    var known = find(subject, schema);
    if (known != null) {
      return known;
    }
    save(JSON.createObjectNode().put("subject", subject).put("schema", schema));
    return add(subject, schema);
  }

  /** Whether there is no room for {@code schema}, or for one more subject or level. */
  synchronized boolean isFull(String schema) {
    return entries + levels.size() >= MOST_ENTRIES || chars + schema.length() > MOST_CHARS;
  }

  private Version add(String subject, String schema) {
    entries++;
    chars += schema.length();
    Integer id = idOf.get(schema);
    if (id == null) {
      schemas.add(schema);
      id = schemas.size();
      idOf.put(schema, id);
    }
    var versions = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
    var version = new Version(subject, versions.size() + 1, id, schema);
    versions.add(version);
    return version;
  }

  synchronized @Nullable Version find(String subject, String schema) {
    for (var version : versions(subject)) {
      if (version.schema().equals(schema)) {
        return version;
      }
    }
    return null;
  }

  synchronized List<Version> versions(String subject) {
    return List.copyOf(subjects.getOrDefault(subject, List.of()));
  }

  synchronized List<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  synchronized @Nullable String schema(int id) {
    return id < 1 || id > schemas.size() ? null : schemas.get(id - 1);
  }

  /** The level in force; the empty subject is the registry's own. */
  synchronized String level(String subject) {
    return levels.getOrDefault(subject, levels.getOrDefault("", "BACKWARD"));
  }

  synchronized void setLevel(String subject, String level) {
    save(JSON.createObjectNode().put("subject", subject).put("level", level));
    levels.put(subject, level);
  }

  /** Says why {@code schema} may not follow what {@code subject} has; null if it may. */
  synchronized @Nullable String incompatibility(String subject, Schema schema) {
    var level = level(subject);
    var versions = versions(subject);
    if (level.equals("NONE") || versions.isEmpty()) {
      return null;
    }
    boolean all = level.endsWith("_TRANSITIVE");
    for (var version : all ? versions : List.of(versions.get(versions.size() - 1))) {
      var earlier = new Schema.Parser().parse(version.schema());
      var backward = level.startsWith("FORWARD") ? null : difference(schema, earlier);
      var forward = level.startsWith("BACKWARD") ? null : difference(earlier, schema);
      if (backward != null || forward != null) {
        return "version " + version.version() + ": " + (backward == null ? forward : backward);
      }
    }
    return null;
  }

  private static @Nullable String difference(Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    return result.getIncompatibilities().isEmpty()
        ? null
        : result.getIncompatibilities().toString();
  }

  private void save(ObjectNode entry) {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(
          file,
          entry + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the schemas to " + file, e);
    }
  }
}
