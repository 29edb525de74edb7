package dev.sluice.schemas.avro;

import org.apache.avro.Resolver;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads records of one type that were written with one schema, with the same result as Avro's own
 * reader. Time, depth and memory are bounded by the record's size; memory, by eight bytes per byte
 * plus 64 KiB.
 *
 * <p>Safe for use by several threads.
 */
public final class AvroReader<T extends SpecificRecord> {
  static {
    TrustedClasses.trust();
  }

  private final Class<T> type;
  private final RecordReader reader;

  private AvroReader(Class<T> type, RecordReader reader) {
    this.type = type;
    this.reader = reader;
  }

  /**
   * Resolves the writer's schema against the type's own.
   *
   * @param written as {@link WriterSchemas} gives it
   * @throws UnreadableException if records of that schema cannot be read as the type's
   */
  public static <T extends SpecificRecord> AvroReader<T> of(Class<T> type, Schema written) {
    var schema = SpecificData.get().getSchema(type);
    // Where the types of two topics look alike, their names tell them apart.
    if (written.getType() != Schema.Type.RECORD || !written.getName().equals(schema.getName())) {
      throw new UnreadableException(
          "a %s cannot be read as %s"
              .formatted(Reasons.shortened(written.getFullName()), schema.getFullName()));
    }
    try {
      var action = Resolver.resolve(written, schema, SpecificData.get());
      if (action instanceof Resolver.RecordAdjust record) {
        return new AvroReader<>(type, new Plans(type.getClassLoader()).record(record));
      }
      throw new UnreadableException(
          "%s cannot be read as %s: %s"
              .formatted(
                  written.getFullName(),
                  schema.getFullName(),
                  Reasons.shortened(action.toString())));
    } catch (RuntimeException | StackOverflowError e) {
      throw e instanceof UnreadableException unreadable
          ? unreadable
          : new UnreadableException(
              "%s cannot be read as %s: %s"
                  .formatted(written.getFullName(), schema.getFullName(), Reasons.of(e)),
              e);
    }
  }

  /**
   * Reads the record that {@code data} holds from {@code from} on, and nothing behind it.
   *
   * @throws UnreadableException if that is no such record
   */
  public T read(byte[] data, int from) {
    var in = new AvroBytes(data, from);
    var record = reader.read(in);
    if (in.remaining() > 0) {
      throw new UnreadableException(in.remaining() + " bytes are left after the record");
    }
    return type.cast(record);
  }
}
