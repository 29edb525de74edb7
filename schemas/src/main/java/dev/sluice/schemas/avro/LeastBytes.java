package dev.sluice.schemas.avro;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * The smallest number of bytes that a value of a type takes.
 *
 * <p>Throws {@link UnreadableException} for a record that contains itself endlessly, without a
 * union or a collection in between.
 */
final class LeastBytes {
  private static final int MOST = 1 << 20;
  private static final int OPEN = -1;

  private final Map<String, Integer> records = new HashMap<>();

  int of(Schema schema) {
    return switch (schema.getType()) {
      case NULL -> 0;
      case BOOLEAN, INT, LONG, ENUM, STRING, BYTES, ARRAY, MAP, UNION -> 1;
      case FLOAT -> Float.BYTES;
      case DOUBLE -> Double.BYTES;
      case FIXED -> schema.getFixedSize();
      case RECORD -> record(schema);
    };
  }

  private int record(Schema schema) {
    var known = records.get(schema.getFullName());
    if (known != null && known == OPEN) {
      throw new UnreadableException(
          "a record of " + schema.getFullName() + " would hold itself, without an end");
    }
    if (known != null) {
      return known;
    }
    records.put(schema.getFullName(), OPEN);
    long sum = 0;
    for (var field : schema.getFields()) {
      sum += of(field.schema());
    }
    int least = (int) Math.min(sum, MOST);
    records.put(schema.getFullName(), least);
    return least;
  }
}
