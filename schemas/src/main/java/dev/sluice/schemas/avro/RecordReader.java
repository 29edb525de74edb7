package dev.sluice.schemas.avro;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** Reads the fields of a record in the order in which they were written. */
final class RecordReader implements ValueReader {
  private static final int HEADER_BYTES = 12;
  private static final int ALIGNMENT = 8;

  private final MethodHandle constructor;
  private final int bytes;
  private final Slot[] slots;

  RecordReader(Class<?> type, Schema schema, Slot[] slots) {
    this.constructor = constructor(type);
    this.bytes = bytes(schema);
    this.slots = slots;
  }

  private static MethodHandle constructor(Class<?> type) {
    try {
      return MethodHandles.publicLookup()
          .findConstructor(type, MethodType.methodType(void.class))
          .asType(MethodType.methodType(SpecificRecordBase.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " is no record of Avro's", e);
    }
  }

  private static int bytes(Schema schema) {
    int sum = HEADER_BYTES;
    for (var field : schema.getFields()) {
      sum +=
          switch (field.schema().getType()) {
            case LONG, DOUBLE -> Long.BYTES;
            case RECORD, ENUM, ARRAY, MAP, UNION, FIXED, STRING, BYTES, INT, FLOAT, BOOLEAN, NULL ->
                Integer.BYTES;
          };
    }
    return (sum + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  @Override
  public SpecificRecordBase read(AvroBytes in) {
    in.count();
    in.allocate(bytes);
    var record = create();
    for (var slot : slots) {
      slot.fill(record, in);
    }
    return record;
  }

  private SpecificRecordBase create() {
    try {
      return (SpecificRecordBase) constructor.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("a record cannot be made", e);
    }
  }
}
