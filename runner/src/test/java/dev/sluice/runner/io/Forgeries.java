package dev.sluice.runner.io;

import dev.sluice.schemas.serde.SluiceSerdes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Every field of a record, however deep, at what a forger may write there: at, below and beyond
 * each bound, and what a reader may stumble over.
 */
public final class Forgeries {
  private static final List<Integer> INTS =
      List.of(Integer.MIN_VALUE, -1, 0, 1, 2, 3, 77, 100_002, 2_000_000_000, Integer.MAX_VALUE);
  private static final List<Long> LONGS =
      List.of(Long.MIN_VALUE, -2L, -1L, 0L, 1L, 77L, 1L << 40, Long.MAX_VALUE - 1, Long.MAX_VALUE);
  private static final List<String> TEXTS =
      List.of("", "~", "a/b", "..", "half \uD83D", "\u0000", "x".repeat(129), "x".repeat(70_000));

  /** Avro makes no class from a schema's name unless it trusts it. */
  public static void trustRecords() {
    SluiceSerdes.create(Map.of("schema.registry.url", "http://127.0.0.1:1"));
  }

  /** A record with one field forged, and which. */
  record Forgery<T>(String what, T record) {
    @Override
    public String toString() {
      return what;
    }
  }

  private interface Setter {
    void set(@Nullable Object value);
  }

  private Forgeries() {}

  static <T extends SpecificRecord> List<Forgery<T>> of(T sound) {
    var forgeries = new ArrayList<Forgery<T>>();
    int count = count(sound);
    for (int which = 0; which < count; which++) {
      T copy = SpecificData.get().deepCopy(sound.getSchema(), sound);
      int wanted = which;
      var seen = new int[1];
      var what = new String[1];
      walk(
          "",
          copy,
          (path, apply) -> {
            if (seen[0]++ == wanted) {
              what[0] = path;
              apply.accept(null);
            }
          });
      forgeries.add(new Forgery<>(what[0], copy));
    }
    return forgeries;
  }

  private static int count(SpecificRecord sound) {
    var seen = new int[1];
    walk("", sound, (path, apply) -> seen[0]++);
    return seen[0];
  }

  private interface Visitor {
    void visit(String path, Consumer<Object> apply);
  }

  private static void walk(String path, SpecificRecord record, Visitor visitor) {
    for (var field : record.getSchema().getFields()) {
      var at = path + field.name();
      walk(at, field.schema(), record.get(field.pos()), v -> record.put(field.pos(), v), visitor);
    }
  }

  private static void walk(
      String path, Schema schema, Object value, Setter setter, Visitor visitor) {
    switch (schema.getType()) {
      case UNION -> union(path, schema, value, setter, visitor);
      case RECORD -> walk(path + ".", (SpecificRecord) value, visitor);
      case INT -> offer(path, INTS, setter, visitor);
      case LONG -> offer(path, LONGS, setter, visitor);
      case STRING -> offer(path, TEXTS, setter, visitor);
      case BOOLEAN -> offer(path, List.of(true, false), setter, visitor);
      case BYTES ->
          offer(
              path,
              List.of(ByteBuffer.allocate(0), ByteBuffer.wrap(new byte[] {-1, '{'})),
              setter,
              visitor);
      case ENUM -> offer(path, List.of(value.getClass().getEnumConstants()), setter, visitor);
      case ARRAY -> array(path, schema, (List<?>) value, setter, visitor);
      case MAP -> offer(path, maps(), setter, visitor);
      default -> throw new IllegalStateException("no forgery of " + schema);
    }
  }

  private static List<Map<String, Long>> maps() {
    var many = new HashMap<String, Long>();
    for (int i = 0; i < 1_000; i++) {
      many.put("meter-" + i, Long.MAX_VALUE);
    }
    return List.of(Map.of("", -1L), Map.of("tokens", Long.MIN_VALUE), many);
  }

  private static void union(
      String path, Schema schema, Object value, Setter setter, Visitor visitor) {
    if (value != null) {
      int branch = SpecificData.get().resolveUnion(schema, value);
      walk(path, schema.getTypes().get(branch), value, setter, visitor);
    }
    if (schema.getTypes().getFirst().getType() == Schema.Type.NULL) {
      visitor.visit(path + "=null", ignored -> setter.set(null));
    }
  }

  private static void array(
      String path, Schema schema, List<?> value, Setter setter, Visitor visitor) {
    visitor.visit(path + "=[]", ignored -> setter.set(List.of()));
    if (!value.isEmpty()) {
      var doubled = new ArrayList<Object>(value);
      doubled.addAll(value);
      visitor.visit(path + " doubled", ignored -> setter.set(doubled));
      var reversed = new ArrayList<Object>(value);
      java.util.Collections.reverse(reversed);
      visitor.visit(path + " reversed", ignored -> setter.set(reversed));
      var elements = new ArrayList<@Nullable Object>(value);
      for (int i = 0; i < elements.size(); i++) {
        int place = i;
        walk(
            path + "[" + i + "]",
            schema.getElementType(),
            elements.get(i),
            v -> {
              elements.set(place, v);
              setter.set(elements);
            },
            visitor);
      }
    }
  }

  private static void offer(String path, List<?> values, Setter setter, Visitor visitor) {
    for (var value : values) {
      var shown = String.valueOf(value);
      visitor.visit(
          path + "=" + shown.substring(0, Math.min(20, shown.length())),
          ignored -> setter.set(value));
    }
  }
}
