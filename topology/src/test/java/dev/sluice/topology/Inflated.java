package dev.sluice.topology;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records of a schema with one field beyond anything that a door lets through: a text of a million
 * characters, a map with such a key or such a value, a list of a hundred thousand. Every field of
 * every branch is inflated once, so a field that a later version adds is among them.
 */
public final class Inflated {
  /** Below the record limit as UTF-8, and far beyond what the JSON library's reader takes. */
  private static final int CHARS = 1_200_000;

  private static final int ENTRIES = 100_000;

  /**
   * A record to send.
   *
   * @param path of the inflated field, such as {@code entry.EndEntry.error.RunError.type}
   */
  public record Case(String path, GenericRecord record) {
    @Override
    public String toString() {
      return path;
    }
  }

  private final BiFunction<String, Schema, @Nullable Object> plain;

  /**
   * Makes such records.
   *
   * @param plain what a field holds that is not inflated, by its name and type; null for whatever
   *     the type begins with
   */
  public Inflated(BiFunction<String, Schema, @Nullable Object> plain) {
    this.plain = plain;
  }

  /** One record for each field that can be inflated. */
  public List<Case> of(Schema schema) {
    var cases = new ArrayList<Case>();
    for (var path : paths(schema)) {
      cases.add(new Case(String.join(".", path), record(schema, path, 0)));
    }
    return cases;
  }

  /** Every way down to a field that can be inflated; the last word says how. */
  private static List<List<String>> paths(Schema schema) {
    return switch (schema.getType()) {
      case STRING -> List.of(List.of("long"));
      case BYTES -> List.of(List.of("long"));
      case MAP ->
          schema.getValueType().getType() == Schema.Type.STRING
              ? List.of(List.of("key"), List.of("value"), List.of("many"))
              : List.of(List.of("key"), List.of("many"));
      case ARRAY -> below("many items", "item", paths(schema.getElementType()));
      case RECORD ->
          schema.getFields().stream()
              .flatMap(field -> prefixed(field.name(), paths(field.schema())).stream())
              .toList();
      case UNION ->
          schema.getTypes().stream()
              .flatMap(branch -> prefixed(branch.getName(), paths(branch)).stream())
              .toList();
      default -> List.of();
    };
  }

  private static List<List<String>> below(String own, String step, List<List<String>> paths) {
    var all = new ArrayList<List<String>>();
    all.add(List.of(own));
    all.addAll(prefixed(step, paths));
    return all;
  }

  private static List<List<String>> prefixed(String step, List<List<String>> paths) {
    return paths.stream()
        .map(
            path -> {
              var longer = new ArrayList<String>(path.size() + 1);
              longer.add(step);
              longer.addAll(path);
              return List.copyOf(longer);
            })
        .toList();
  }

  /** A value; {@code path} from {@code at} on is the way to what is inflated below it. */
  private @Nullable Object value(String name, Schema schema, List<String> path, int at) {
    boolean onTheWay = at < path.size();
    if (!onTheWay) {
      var given = plain.apply(name, schema);
      if (given != null) {
        return given;
      }
    }
    return switch (schema.getType()) {
      case STRING -> onTheWay ? "x".repeat(CHARS) : "x";
      case BYTES -> ByteBuffer.wrap(new byte[onTheWay ? CHARS : 0]);
      case MAP -> map(schema, onTheWay ? path.get(at) : "");
      case ARRAY -> array(name, schema, path, at);
      case RECORD -> record(schema, path, at);
      case UNION -> union(name, schema, path, at);
      case ENUM -> new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get(0));
      case INT -> 1;
      case LONG -> 1L;
      case DOUBLE -> 1.0;
      case BOOLEAN -> false;
      default -> null;
    };
  }

  private static Map<String, Object> map(Schema schema, String how) {
    boolean texts = schema.getValueType().getType() == Schema.Type.STRING;
    Object small = texts ? "x" : 1L;
    var map = new HashMap<String, Object>();
    switch (how) {
      case "key" -> map.put("k".repeat(CHARS), small);
      case "value" -> map.put("k", "v".repeat(CHARS));
      case "many" -> {
        for (int i = 0; i < ENTRIES; i++) {
          map.put("k" + i, small);
        }
      }
      default -> {}
    }
    return map;
  }

  private List<@Nullable Object> array(String name, Schema schema, List<String> path, int at) {
    if (at >= path.size()) {
      return List.of();
    }
    if (path.get(at).equals("many items")) {
      return Collections.nCopies(ENTRIES, value(name, schema.getElementType(), path, path.size()));
    }
    var one = new ArrayList<@Nullable Object>();
    one.add(value(name, schema.getElementType(), path, at + 1));
    return one;
  }

  private GenericRecord record(Schema schema, List<String> path, int at) {
    var record = new GenericData.Record(schema);
    for (var field : schema.getFields()) {
      boolean onTheWay = at < path.size() && path.get(at).equals(field.name());
      record.put(
          field.name(), value(field.name(), field.schema(), path, onTheWay ? at + 1 : path.size()));
    }
    return record;
  }

  private @Nullable Object union(String name, Schema schema, List<String> path, int at) {
    for (var branch : schema.getTypes()) {
      if (at < path.size() && path.get(at).equals(branch.getName())) {
        return value(name, branch, path, at + 1);
      }
    }
    return value(name, schema.getTypes().get(0), path, path.size());
  }
}
