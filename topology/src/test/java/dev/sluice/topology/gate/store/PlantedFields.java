package dev.sluice.topology.gate.store;

import dev.sluice.contract.Bounds;
import dev.sluice.schemas.avro.TrustedClasses;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Copies of a record with one field each at, below or beyond its bounds. */
public final class PlantedFields {
  private static final List<Integer> INTS =
      List.of(Integer.MIN_VALUE, -1, 0, 1, 2, 77, 999, 1_000, 1_001, 100_001, Integer.MAX_VALUE);
  private static final List<Long> LONGS =
      List.of(
          Long.MIN_VALUE,
          -1L,
          0L,
          1L,
          Bounds.DURATION_MS,
          Bounds.DURATION_MS + 1,
          Bounds.AMOUNT + 1,
          1_700_000_000_000L,
          Long.MAX_VALUE);
  private static final List<Double> DOUBLES =
      List.of(Double.NaN, -1.0, 0.0, Double.MIN_VALUE, 1e6, 1e6 + 1, Double.POSITIVE_INFINITY);
  private static final List<String> TEXTS =
      List.of(
          "",
          "x",
          "~",
          "a/b",
          "..",
          "é",
          "a b",
          "a\u0000",
          "|",
          "x".repeat(64),
          "x".repeat(65),
          "x".repeat(128),
          "x".repeat(129),
          "x".repeat(513),
          "x".repeat(700_000),
          "😀".repeat(9_000));

  static {
    TrustedClasses.trust();
  }

  private PlantedFields() {}

  /** Each field of the record, and of the records in it, with each of its values. */
  public static <T extends SpecificRecord> List<T> of(T record) {
    var planted = new ArrayList<T>();
    var paths = new ArrayList<List<Integer>>();
    collect(record, new ArrayList<>(), paths);
    for (var path : paths) {
      var field = field(record, path);
      for (var value : values(field.schema(), record)) {
        T copy = SpecificData.get().deepCopy(record.getSchema(), record);
        holder(copy, path).put(path.getLast(), value);
        planted.add(copy);
      }
    }
    return planted;
  }

  private static void collect(SpecificRecord record, List<Integer> at, List<List<Integer>> paths) {
    for (var field : record.getSchema().getFields()) {
      var path = new ArrayList<>(at);
      path.add(field.pos());
      paths.add(path);
      if (record.get(field.pos()) instanceof SpecificRecord inner) {
        collect(inner, path, paths);
      }
    }
  }

  private static SpecificRecord holder(SpecificRecord record, List<Integer> path) {
    var at = record;
    for (int position : path.subList(0, path.size() - 1)) {
      at = (SpecificRecord) at.get(position);
    }
    return at;
  }

  private static Schema.Field field(SpecificRecord record, List<Integer> path) {
    return holder(record, path).getSchema().getFields().get(path.getLast());
  }

  private static List<@Nullable Object> values(Schema schema, SpecificRecord record) {
    List<@Nullable Object> values = new ArrayList<>();
    Consumer<List<?>> add = values::addAll;
    switch (schema.getType()) {
      case INT -> add.accept(INTS);
      case LONG -> add.accept(LONGS);
      case DOUBLE -> add.accept(DOUBLES);
      case STRING -> add.accept(TEXTS);
      case BOOLEAN -> add.accept(List.of(true, false));
      case BYTES -> {
        for (int bytes : new int[] {0, 1, Bounds.VALUE_BYTES, Bounds.VALUE_BYTES + 1}) {
          values.add(ByteBuffer.allocate(bytes));
        }
      }
      case NULL -> values.add(null);
      case UNION ->
          schema.getTypes().stream()
              .filter(branch -> branch.getType() != Schema.Type.RECORD)
              .forEach(branch -> values.addAll(values(branch, record)));
      case ENUM -> {
        for (var constant : SpecificData.get().getClass(schema).getEnumConstants()) {
          values.add(constant);
        }
      }
      case ARRAY -> {
        for (var element : values(schema.getElementType(), record)) {
          values.add(List.of(java.util.Objects.requireNonNull(element)));
        }
        values.add(List.of());
        sample(schema.getElementType())
            .forEach(element -> values.add(Collections.nCopies(20_000, element)));
      }
      case MAP -> {
        for (var value : values(schema.getValueType(), record)) {
          values.add(Map.of("k", java.util.Objects.requireNonNull(value)));
        }
        var sample = sample(schema.getValueType()).getFirst();
        TEXTS.forEach(key -> values.add(Map.of(key, sample)));
        values.add(many(32, sample));
        values.add(many(65, sample));
        values.add(many(1_000, sample));
      }
      case RECORD, FIXED, FLOAT -> {}
    }
    return values;
  }

  private static List<Object> sample(Schema schema) {
    return switch (schema.getType()) {
      case INT -> List.of(7);
      case LONG -> List.of(7L);
      case STRING -> List.of("x");
      default -> List.of();
    };
  }

  private static Map<String, Object> many(int count, Object value) {
    var map = new HashMap<String, Object>();
    for (int i = 0; i < count; i++) {
      map.put("key-" + i, value);
    }
    return map;
  }
}
