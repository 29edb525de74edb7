package dev.sluice.schemas.avro;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/** Checks schemas that others registered, so that reading with one has a bounded cost. */
public final class WriterSchemas {
  /** Longest text of a schema, in characters. */
  public static final int MAX_CHARS = 128 * 1024;

  static final int MAX_DEPTH = 32;
  static final int MAX_NAMED_TYPES = 256;
  static final int MAX_FIELDS = 2_000;
  static final int MAX_BRANCHES = 128;
  static final int MAX_SYMBOLS = 2_000;
  static final int MAX_ALIASES = 512;
  static final int MAX_FIXED_BYTES = 4 * 1024 * 1024;
  private static final int MAX_JSON_DEPTH = 4 * MAX_DEPTH;
  private static final int MAX_JSON_TOKENS = 40_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_JSON_DEPTH)
                  .maxNumberLength(40)
                  .build())
          .build();

  private WriterSchemas() {}

  /**
   * Reads the text of a schema.
   *
   * @throws UnreadableException if it is not a schema, or exceeds a bound
   */
  public static Schema parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw new UnreadableException(
          "a schema must have at most %d characters, got %d".formatted(MAX_CHARS, text.length()));
    }
    try {
      checkJson(text);
      var schema = new Schema.Parser().parse(text);
      new Walk().check(schema, 0);
      return schema;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw e instanceof UnreadableException unreadable
          ? unreadable
          : new UnreadableException("the schema does not parse: " + Reasons.of(e), e);
    }
  }

  private static void checkJson(String text) throws IOException {
    try (var parser = JSON.createParser(text)) {
      int tokens = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        tokens = Walk.counted("JSON tokens", tokens, 1, MAX_JSON_TOKENS);
      }
    }
  }

  /** Visits each named type once. */
  private static final class Walk {
    private final Set<String> seen = new HashSet<>();
    private final LeastBytes leastBytes = new LeastBytes();
    private int fields;
    private int symbols;
    private int aliases;

    private static int counted(String what, int before, int more, int most) {
      if (before + more > most) {
        throw new UnreadableException("a schema must have at most %d %s".formatted(most, what));
      }
      return before + more;
    }

    private void check(Schema schema, int depth) {
      counted("levels", depth, 1, MAX_DEPTH);
      switch (schema.getType()) {
        case RECORD -> named(schema, () -> record(schema, depth));
        case ENUM -> named(schema, () -> symbols = symbols(schema));
        case FIXED ->
            named(schema, () -> counted("bytes of a fixed", 0, size(schema), MAX_FIXED_BYTES));
        case ARRAY -> check(schema.getElementType(), depth + 1);
        case MAP -> check(schema.getValueType(), depth + 1);
        case UNION -> {
          counted("branches of a union", 0, schema.getTypes().size(), MAX_BRANCHES);
          schema.getTypes().forEach(branch -> check(branch, depth + 1));
        }
        case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
      }
    }

    private int symbols(Schema schema) {
      return counted("symbols", symbols, schema.getEnumSymbols().size(), MAX_SYMBOLS);
    }

    private static int size(Schema schema) {
      return Math.min(schema.getFixedSize(), MAX_FIXED_BYTES + 1);
    }

    private void named(Schema schema, Runnable inside) {
      if (seen.add(schema.getFullName())) {
        counted("named types", seen.size(), 0, MAX_NAMED_TYPES);
        aliases = counted("aliases", aliases, schema.getAliases().size(), MAX_ALIASES);
        inside.run();
      }
    }

    private void record(Schema schema, int depth) {
      fields = counted("fields", fields, schema.getFields().size(), MAX_FIELDS);
      leastBytes.of(schema);
      for (var field : schema.getFields()) {
        aliases = counted("aliases", aliases, field.aliases().size(), MAX_ALIASES);
        check(field.schema(), depth + 1);
      }
    }
  }
}
