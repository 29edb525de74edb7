package dev.sluice.schemas.avro;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** Skips a value that the reader's schema does not have. */
interface Skipper {
  /** Only a type that refers to itself goes deep. */
  int MAX_DEPTH = 64;

  /**
   * Reads on to the value's end.
   *
   * @param depth how many records are around the value
   */
  void skip(AvroBytes in, int depth);

  /** Makes skippers; each named type has one, also where it refers to itself. */
  final class Maker {
    private final Map<String, Skipper> records = new HashMap<>();
    private final LeastBytes leastBytes;

    Maker(LeastBytes leastBytes) {
      this.leastBytes = leastBytes;
    }

    Skipper of(Schema schema) {
      return switch (schema.getType()) {
        case NULL -> (in, depth) -> in.count();
        case BOOLEAN -> fixed(1);
        case INT, ENUM -> counted((in, depth) -> in.readInt());
        case LONG -> counted((in, depth) -> in.readLong());
        case FLOAT -> fixed(Float.BYTES);
        case DOUBLE -> fixed(Double.BYTES);
        case STRING, BYTES -> counted((in, depth) -> in.skipSized());
        case FIXED -> fixed(schema.getFixedSize());
        case ARRAY -> block(leastBytes.of(schema.getElementType()), of(schema.getElementType()));
        case MAP -> map(schema.getValueType());
        case UNION -> union(schema);
        case RECORD -> record(schema);
      };
    }

    private static Skipper counted(Skipper skipper) {
      return (in, depth) -> {
        in.count();
        skipper.skip(in, depth);
      };
    }

    private static Skipper fixed(int bytes) {
      return counted((in, depth) -> in.skip(bytes));
    }

    private Skipper map(Schema values) {
      var value = of(values);
      return block(
          1 + leastBytes.of(values),
          (in, depth) -> {
            in.skipSized();
            value.skip(in, depth);
          });
    }

    private static Skipper block(int leastBytes, Skipper element) {
      return (in, depth) -> {
        in.count();
        for (int n = in.blockCountToSkip(leastBytes); n > 0; n = in.blockCountToSkip(leastBytes)) {
          for (int i = 0; i < n; i++) {
            element.skip(in, depth);
          }
        }
      };
    }

    private Skipper union(Schema schema) {
      var branches = schema.getTypes().stream().map(this::of).toArray(Skipper[]::new);
      return (in, depth) -> {
        in.count();
        branches[Unions.branch(in, branches.length)].skip(in, depth);
      };
    }

    private Skipper record(Schema schema) {
      var known = records.get(schema.getFullName());
      if (known != null) {
        return known;
      }
      var skipper = new RecordSkipper();
      records.put(schema.getFullName(), skipper);
      skipper.fields =
          schema.getFields().stream().map(field -> of(field.schema())).toArray(Skipper[]::new);
      return skipper;
    }
  }

  /** The fields are filled in later, as they may hold the record itself. */
  final class RecordSkipper implements Skipper {
    private Skipper[] fields = {};

    @Override
    public void skip(AvroBytes in, int depth) {
      in.count();
      if (depth >= MAX_DEPTH) {
        throw new UnreadableException("more than " + MAX_DEPTH + " records within each other");
      }
      for (var field : fields) {
        field.skip(in, depth + 1);
      }
    }
  }
}
