package dev.sluice.runner.value;

import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns an agent's values into bytes and back. What is read has the type that the code gives;
 * nothing in the bytes or beside them chooses a class.
 */
public interface Codec {
  /**
   * A value as a journal keeps it.
   *
   * @param value what is read from its bytes, and whoever wrote it goes on with
   */
  record Kept(ValueCodec.Encoded encoded, @Nullable Object value) {}

  /** Why no value of a type can be relied on to come back; empty if the type does not tell. */
  Optional<String> problem(Type type);

  /**
   * Writes a value and reads it again.
   *
   * @param what names it, for people
   * @throws dev.sluice.sdk.NonRetryableException if it does not come back as it was
   */
  Kept keep(@Nullable Object value, Type type, String what);

  /**
   * Reads what {@link #keep} wrote, in this build or an earlier one.
   *
   * @throws dev.sluice.sdk.NonRetryableException if that is no value of the type
   */
  @Nullable Object read(@Nullable ByteBuffer bytes, String contentType, Type type, String what);
}
