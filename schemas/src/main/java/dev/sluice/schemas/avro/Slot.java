package dev.sluice.schemas.avro;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** Fills a field of a record, or skips one that the record does not have. */
interface Slot {
  void fill(SpecificRecordBase record, AvroBytes in);

  static Slot skipped(Skipper skipper) {
    return (record, in) -> skipper.skip(in, 0);
  }

  static Slot read(int position, ValueReader reader) {
    return (record, in) -> record.put(position, reader.read(in));
  }

  /** A value of the reader's that its writer did not know; a new one for each record. */
  static Slot defaulted(int position, Supplier<@Nullable Object> value) {
    return (record, in) -> record.put(position, value.get());
  }

  /** Fills a field of type {@code int} without a box for its value. */
  static Slot ofInt(Class<?> type, String field) {
    var setter = setter(type, field, int.class);
    return (record, in) -> set(setter, record, in.readInt());
  }

  /** The same for {@code long}. */
  static Slot ofLong(Class<?> type, String field, Schema.Type written) {
    var setter = setter(type, field, long.class);
    return (record, in) -> set(setter, record, Primitives.longOf(written, in));
  }

  private static MethodHandle setter(Class<?> type, String field, Class<?> of) {
    try {
      return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
          .findSetter(type, field, of)
          .asType(MethodType.methodType(void.class, SpecificRecordBase.class, of));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " has no field " + field + " of " + of, e);
    }
  }

  private static void set(MethodHandle setter, SpecificRecordBase record, int value) {
    try {
      setter.invokeExact(record, value);
    } catch (Throwable e) {
      throw new IllegalStateException("a field cannot be set", e);
    }
  }

  private static void set(MethodHandle setter, SpecificRecordBase record, long value) {
    try {
      setter.invokeExact(record, value);
    } catch (Throwable e) {
      throw new IllegalStateException("a field cannot be set", e);
    }
  }
}
